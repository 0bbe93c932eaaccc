"""Pages about who is asked and who takes part."""
