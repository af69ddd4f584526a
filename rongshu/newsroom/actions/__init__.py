"""What the newsroom does: one file per deed."""
