"""REMEMBER: what a user wants to be kept, and finding it again, as well as what was said."""
