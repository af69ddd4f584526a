"""Commands of the federation."""
