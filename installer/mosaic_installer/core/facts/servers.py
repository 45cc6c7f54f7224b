"""What the databases and queues are like that these answers would use."""

from mosaic_installer.core.frozen import field, frozen


@frozen
class Server:
    """A database or queue of the user's own, as it was found before anything was changed."""

    problem: str = ""
    """Why it cannot be used, a sentence for people; empty when it can."""
    hint: str = ""
    has_data: bool = False
    """Whether a gateway has kept its accounts there."""


@frozen
class Servers:
    """The servers that an installation uses, as far as they are there already.

    Measured only for answers that ask for them.
    """

    own_database: Server = field(default_factory=Server)
    own_valkey: Server = field(default_factory=Server)
    volume_major: str = ""
    """The major version of PostgreSQL that made the volume; empty when there is none."""
    image_major: str = ""
    """That of the image which would be started on it; empty when that is not here yet."""
    orphans: tuple[str, ...] = ()
    """Services that have a volume of ours on the engine, and whose secret is lost."""
    lost: tuple[str, ...] = ()
    """Services that were used before, and whose volume is gone."""
    backups: tuple[str, ...] = ()
    """Names of the files in the folder of backups."""
    closed_files: tuple[str, ...] = ()
    """Files for TLS of the user's own servers that are not for everybody to read."""
