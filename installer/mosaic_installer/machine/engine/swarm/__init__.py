"""Docker Swarm: services are made, watched and removed through the manager on this machine."""
