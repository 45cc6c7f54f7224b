"""What an earlier run left: the installation that is there already."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from mosaic_installer.core.containers.stack import Orchestrator
from mosaic_installer.core.frozen import field, frozen

Supervisor = Literal["systemd", "daemon"]


@frozen
class Installation:
    """What is already there. Every field is asked of files and processes, never of a marker."""

    is_present: bool = False
    has_answers: bool = True
    """Whether answers.toml is there; without it the answers are rebuilt from the other files."""
    project: str = ""
    """The name on the container engine that it was installed under."""
    tier: str = ""
    version: str = ""
    runtime: str = ""
    """What the gateway was installed as, in the words of the setting."""
    installed_at: str = ""
    needs_setup: bool = True
    """Whether the gateway has no user yet; true as well when there is no database."""
    may_have_users: bool = False
    """Whether there is a database that cannot be asked now, because its server is down."""
    services: tuple[str, ...] = ()
    """The containers that it was installed with."""
    database_url: str = ""
    """Where mosaic.config.json says that the data is, without a password; empty where it does not.
    """
    database_fault: str = ""
    """What the running gateway says is wrong with the file that is its database."""
    database_keeper: str = ""
    """Who still has the data of a database that is gone from its place; empty where it is not."""
    database_damage: str = ""
    """What is wrong with the file that is the database, as far as no gateway says it is ready."""
    database_copies: tuple[str, ...] = ()
    """What lies there that may be a backup, where the database is lost or damaged."""
    suspended: tuple[int, ...] = ()
    """The gateway's processes that a signal halted (SIGSTOP)."""
    is_database_lost: bool = False
    """Whether nobody has the data any more: its file is gone, or empty, while a token is there."""
    queue_url: str = ""
    has_containers: bool = False
    """Whether containers may be there, also those that a run which was cut off left behind."""
    definitions: tuple[Orchestrator, ...] = ()
    """Who makes its containers, as files of ours say; two where a change of that was cut off."""
    supervisors: tuple[Supervisor, ...] = ()
    """What runs the gateway as a process now, or would start it again."""
    admin_email: str = ""
    """The administrator that answers.toml names, empty where it names none."""
    edited: tuple[Path, ...] = ()
    """Generated files that the user changed since we wrote them."""
    edited_port: int | None = None
    """The gateway's port in its environment file, where the user edited that file."""
    damaged: Mapping[Path, str] = field(default_factory=dict)
    """Generated files that an accident changed, and how."""
    secret_files: tuple[Path, ...] = ()
    """The files that the gateway reads secrets from, as far as they are there."""
    embeddings_model: str = ""
    """The model that stored vectors were made with, empty where there is none yet."""
    exposed: tuple[Path, ...] = ()
    """Files of ours that others on this machine can read."""
    changed_by: int | None = None
    """The process of another run that changes it now."""
    dos_files: tuple[Path, ...] = ()
    """Files of ours with CRLF line endings."""
