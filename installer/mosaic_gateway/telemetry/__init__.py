"""Traces: what a request took and whom it asked, told to a collector; never what was said."""
