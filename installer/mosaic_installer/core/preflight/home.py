"""Checks of the folder that the installation goes to."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, warning

NETWORK_FILE_SYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "9p",
    "fuse.sshfs",
    "afs",
    "ceph",
    "glusterfs",
}
FLEETING_FILE_SYSTEMS = {"tmpfs", "ramfs"}
ELSEWHERE = "choose another folder with MOSAIC_HOME"


def home_is_a_directory(facts: Facts, _answers: Answers) -> Finding | None:
    """The installation needs a folder, and cannot go where a file is."""
    if facts.host.disk.is_directory:
        return None
    return error(f"`{facts.host.disk.nearest}` is not a folder", f"move it away, or {ELSEWHERE}")


def home_is_writable(facts: Facts, _answers: Answers) -> Finding | None:
    """Everything we do begins with writing there."""
    if facts.host.disk.is_writable:
        return None
    return error(
        f"`{facts.host.disk.nearest}` cannot be written by {facts.host.person.name}", ELSEWHERE
    )


def home_is_ours(facts: Facts, _answers: Answers) -> Finding | None:
    """Files in another user's folder can be taken or changed by that user."""
    if facts.host.disk.is_ours:
        return None
    return error(f"`{facts.host.disk.nearest}` belongs to another user", ELSEWHERE)


def home_is_on_a_local_disk(facts: Facts, _answers: Answers) -> Finding | None:
    """SQLite's write-ahead log needs shared memory, which network file systems lack."""
    kind = facts.host.disk.file_system
    if kind in NETWORK_FILE_SYSTEMS:
        return error(
            f"`{facts.host.disk.nearest}` is on a network file system ({kind}), where databases "
            "break",
            ELSEWHERE,
        )
    if kind in FLEETING_FILE_SYSTEMS:
        return warning(
            f"`{facts.host.disk.nearest}` is in memory ({kind}) and gone after a restart", ELSEWHERE
        )
    return None


def home_path_is_plain(facts: Facts, _answers: Answers) -> Finding | None:
    """Spaces and letters of any script are fine; a path that long breaks other programs."""
    length = len(str(facts.host.layout.database).encode())
    if length <= 512:
        return None
    return error(f"the path of the database is {length} bytes long; at most 512 will do", ELSEWHERE)
