"""What may be asked of the search."""
