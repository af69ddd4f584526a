"""What changes the search: one deed per file."""
