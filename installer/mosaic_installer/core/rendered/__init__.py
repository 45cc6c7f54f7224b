"""Templates as Python, made by scripts/reference."""
