"""Judging a summary: what is wrong with it, measured against the text it was made from."""
