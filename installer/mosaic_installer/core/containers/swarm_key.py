"""The key by which the contents on a Swarm are named."""

SWARM_KEY = "swarm_key"
"""Its name in secrets.toml."""
