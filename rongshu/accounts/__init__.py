"""Persons, their accounts in two realms, roles and scopes, and the viewer every read goes through.

Access is decided here and nowhere else. It knows sites and columns by id only.
"""
