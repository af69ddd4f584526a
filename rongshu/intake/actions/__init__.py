"""What changes an intake run, one deed a file."""
