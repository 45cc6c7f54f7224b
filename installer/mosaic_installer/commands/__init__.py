"""TELL: one file per verb, each a short story over the other rooms."""
