"""Papers about workshops, a file for each noun."""
