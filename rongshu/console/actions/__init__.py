"""What changes the console's own records: looks, layouts, saved filters, progress."""
