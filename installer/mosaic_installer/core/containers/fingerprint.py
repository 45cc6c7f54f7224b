"""By what a container tells which configuration it was made with."""

FINGERPRINT = "MOSAIC_CONFIG_FINGERPRINT"
"""The variable in a container's own environment."""


def variable_of(service: str) -> str:
    """Return the variable by which Compose is told the fingerprint of a service."""
    return f"{service.upper().replace('-', '_')}_FINGERPRINT"
