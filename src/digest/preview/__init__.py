"""The posts and their evidence as pages in a browser, served on loopback."""
