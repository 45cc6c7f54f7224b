"""SPEAK: with model providers, in one language for all of their dialects."""
