"""Makes a nightly Korean "Daily Papers" post from arXiv papers, and keeps the record it came from."""

__version__ = "0.1.0"
