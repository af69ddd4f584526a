"""Backup, restore, and leaving the platform: export of everything, and its erasure."""
