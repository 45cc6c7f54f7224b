"""The version of the distribution this gateway came with; looked up once, when first asked for."""

from functools import cache

DISTRIBUTION = "mosaic-installer"
UNKNOWN = "0+unknown"


@cache
def version() -> str:
    """Version of the installed distribution, or `0+unknown` when it runs from loose files."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as version_of

    try:
        return version_of(DISTRIBUTION)
    except PackageNotFoundError:
        return UNKNOWN
