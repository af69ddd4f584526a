"""What the newsroom keeps, by noun."""
