"""ACT: the only room that touches files, processes, the engine and the network."""
