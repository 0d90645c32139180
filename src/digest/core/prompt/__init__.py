"""What a model is given, and how its answer is read."""
