"""Portainer, which manages the Swarm as well: where our stack belongs there, and what is asked."""
