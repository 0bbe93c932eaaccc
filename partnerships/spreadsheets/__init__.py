"""Sheets of this app, a file for each noun."""
