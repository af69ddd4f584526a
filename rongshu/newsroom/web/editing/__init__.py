"""The console's pages for writing and editing."""
