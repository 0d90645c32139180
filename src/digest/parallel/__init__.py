"""Values that several threads need and one makes."""
