"""What a registry has under the name of an image that is here."""

from mosaic_installer.core.frozen import frozen


@frozen
class RegistryImage:
    """The image `name`, as its registry said in this run."""

    name: str
    digest: str = ""
    """The digest that a pull would bring; empty where the registry did not say."""
    is_here: bool = True
    """Whether the engine has the image of that digest."""
    reason: str = ""
    """Why the registry did not say; empty where it did."""
