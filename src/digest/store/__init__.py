"""What digest keeps on disk: configuration, records, posts, templates, the cache and the lock."""
