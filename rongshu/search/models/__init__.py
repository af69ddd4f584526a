"""What is true of the index, its vocabulary and its use, by noun."""
