"""What changes the library: one deed per function, keyword-only, in one transaction unless it says so."""
