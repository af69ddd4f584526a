"""The search in the console: reports, hot words, keys, the state of the index."""
