"""What changes dictionaries, inspections and what was said to findings."""
