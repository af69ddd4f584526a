"""Inbox, review page and form, recalls, flows and key periods."""
