"""Addresses of the federation: between nodes, and for people."""
