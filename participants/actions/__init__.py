"""What changes who is invited and who takes part."""
