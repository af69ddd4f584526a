"""The engine for scale: OpenSearch, by its own client.

A generation is an index with a date in its name; an alias names the one that serves.
"""
