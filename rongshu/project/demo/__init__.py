"""The demo: a fictitious province, taken over from legacy sites and published, as a stranger would do it."""
