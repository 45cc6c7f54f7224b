"""The embedded gateway: accounts, tokens and sessions over HTTP, on a database it migrates itself.

It meets the installer over HTTP and its admin command only; neither imports the other.
"""
