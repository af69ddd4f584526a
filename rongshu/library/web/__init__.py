"""The library's screens in the console."""
