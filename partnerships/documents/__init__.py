"""Papers of this app, a file for each kind."""
