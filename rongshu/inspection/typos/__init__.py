"""Wrong characters: what is known of words, neighbours, sounds and shapes, and the search that uses it."""
