"""Taking over legacy sites: crawl or read, extract, pass through the gate, place, keep old addresses."""
