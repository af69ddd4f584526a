"""What the checks need beyond the text of a file: visits to live links, words in pictures."""
