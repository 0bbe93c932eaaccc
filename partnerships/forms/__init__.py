"""What a person may type, a file for each area."""
