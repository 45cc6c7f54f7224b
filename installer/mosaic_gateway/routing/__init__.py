"""DECIDE: which kind of task a message is, and which models may answer it; pure functions."""
