"""Sheets of agreements, a file for each noun."""
