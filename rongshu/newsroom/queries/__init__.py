"""What the newsroom tells."""
