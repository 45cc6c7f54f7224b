"""Calls to services on the web."""
