"""READ: what the gateway is told by its configuration and its environment; parsed, or refused."""
