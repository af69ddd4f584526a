"""Screens of the audit: who did what, who signed in, which sessions are open, whether the trail is whole."""
