"""Makes a nightly Korean "Daily Papers" post from arXiv papers, and keeps the record it came from."""
