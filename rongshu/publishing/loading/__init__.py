"""From the database to page models, in bulk: every loader notes what each page reads."""
