"""Which papers a date has: one file for each kind of source, and their union."""
