"""Letters under load and under attack: see bench/README.md."""
