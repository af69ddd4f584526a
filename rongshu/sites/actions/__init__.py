"""What changes sites, columns, placements, blocks, themes and old addresses: one file per deed."""
