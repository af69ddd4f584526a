"""What the federation answers."""
