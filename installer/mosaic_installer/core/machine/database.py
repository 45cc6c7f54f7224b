"""`Database`: the door to the file that the data of tier `local` lies in."""

from typing import Protocol


class Database(Protocol):
    """The database of tier `local`: a file of SQLite, and what a process still has open of it."""

    def keeper(self) -> str:
        """Return who still has the data of a database that is gone from its place.

        Empty where there is one in its place, or where nobody has it any more.
        """

    def rescue(self) -> None:
        """Put what that keeper has into the place; a gateway that had it open is ended.

        Raises `InstallerError` where it cannot be saved; such a gateway then goes on as before.
        """

    def put_aside(self, ending: str) -> None:
        """Rename what lies in the place, and what belongs to it, so that their names end so."""
