"""What changes the federation: one file per deed."""
