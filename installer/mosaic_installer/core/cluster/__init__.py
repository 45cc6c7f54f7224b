"""The nodes of a Swarm: what is seen of them, what is a problem, and what the loss of one costs."""
