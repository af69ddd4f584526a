"""Settings, addresses, the command line, drills and the demo: the only place that knows every app."""
