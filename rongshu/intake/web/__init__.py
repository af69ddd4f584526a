"""The console screens of intake."""
