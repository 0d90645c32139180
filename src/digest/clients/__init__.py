"""What digest asks of the outside world, over HTTP."""
