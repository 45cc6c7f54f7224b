"""The container engine: where it is, what it has of ours, and Compose beside it."""
