"""KEEP: sessions and the throttle on a Valkey server, shared by every replica of the gateway."""
