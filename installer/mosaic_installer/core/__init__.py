"""DECIDE: pure values and functions; no machine, no person, no clock, no randomness."""
