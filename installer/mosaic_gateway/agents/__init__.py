"""ACT AS: what a model is told about its work, which model that is, and the tools it may use."""
