"""Statistics on the console."""
