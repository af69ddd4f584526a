"""The screen of working days: holidays, make-up days, and the notices they come from."""
