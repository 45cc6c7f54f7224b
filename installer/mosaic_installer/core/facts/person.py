"""What is known of the person who runs us."""

from mosaic_installer.core.frozen import frozen


@frozen
class Person:
    """Who runs us, and what of their environment would be in the way."""

    name: str
    uid: int
    gid: int
    encoding: str
    variables: tuple[str, ...] = ()
    """Names of the MOSAIC_ variables in the environment; never their values."""
    provider_variables: tuple[str, ...] = ()
    """Names of variables such as ANTHROPIC_API_KEY that are set; never their values."""
    proxy: str = ""
    """The name of a proxy variable that is set, empty when there is none."""
    no_proxy: str = ""
