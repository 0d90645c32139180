"""What a summary may rely on: the sections of a paper's HTML page, else of its PDF."""
