"""Posts: writing text into them, reading them back, checking them, taking them in."""
