"""`PortainerStack`: the door to the stack of an installation, as Portainer has it."""

from typing import Protocol


class PortainerStack(Protocol):
    """Our services as a stack that belongs to Portainer.

    Every method raises `InstallerError` where Portainer refuses, or does not answer.
    """

    def is_current(self) -> bool:
        """Return whether it is there, with the file that says what our services are."""

    def update(self) -> None:
        """Give it that file, and make it first where it is not there.

        Portainer deploys the file each time; nothing is started anew, as that is what runs.
        """

    def remove(self) -> None:
        """Remove it, once there are no services any more; does nothing where it is not there."""
