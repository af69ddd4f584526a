"""What changes regions and organisations: one file per deed."""
