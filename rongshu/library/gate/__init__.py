"""The gate: the one way into the library, for one record and for millions."""
