"""Full publication, edits and recalls of sites; `python -m bench.publishing` is the door."""
