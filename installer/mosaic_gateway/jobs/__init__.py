"""What the gateway does by itself: on schedule, once, and again when it fails."""
