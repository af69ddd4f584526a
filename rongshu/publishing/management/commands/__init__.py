"""Commands of the publisher."""
