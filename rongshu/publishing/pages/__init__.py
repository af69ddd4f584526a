"""Pages as pure data and pure rendering: models in, text out; no database, no clock, no chance."""
