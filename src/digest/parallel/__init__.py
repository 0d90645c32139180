"""Doing things at the same time: once for all who need it, and on all processors."""
