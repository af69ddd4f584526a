"""Migrations of the console."""
