"""Pages of the public listener that are made per request, all under `/-/`."""
