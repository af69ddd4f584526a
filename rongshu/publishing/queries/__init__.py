"""What publishing answers without writing anything."""
