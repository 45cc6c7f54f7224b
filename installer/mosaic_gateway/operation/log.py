"""The log: one line per event on stderr, with the time in UTC."""

import logging
import sys
import time

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_to_stderr() -> None:
    """Send what this process has to say to stderr; of the HTTP server, only errors."""
    formatter = logging.Formatter(FORMAT, "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("mosaic_gateway").setLevel(logging.INFO)
    # Its warnings are about what strangers send, and as many as they send.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
