"""Who fills the schema: a model, or the paper's own sentences."""
