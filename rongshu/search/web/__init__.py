"""The doors of the search in a browser."""
