"""Tests of the doors of the search: pages, suggestions, the interface, the console."""
