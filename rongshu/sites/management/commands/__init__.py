"""Commands of sites and columns."""
