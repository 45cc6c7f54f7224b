"""KNOW: who there is, how they prove it, and what they did. Knows no HTTP and no command line."""
