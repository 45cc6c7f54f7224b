"""Other programs: those that are run, and those that keep the gateway running."""
