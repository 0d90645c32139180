"""The stages of the pipeline: listing, metadata, source_text, summarize, render."""
