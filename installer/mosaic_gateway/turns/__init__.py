"""CONVERSE: a question, who answers it and why, what is said, and what is kept of that."""
