"""Folders whose owners may be killed: the next one who makes such a folder removes theirs."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OWNER = "owner"
"""The file that an owner has a lock on; the kernel takes that away with the process."""


@contextmanager
def owned_folder(prefix: str) -> Iterator[Path]:
    """A folder in the temporary one, which is gone in the end."""
    remove_abandoned(prefix)
    with tempfile.TemporaryDirectory(prefix=prefix) as name:
        # Locked before it has that name, so that nobody finds it unlocked while we live.
        draft = Path(name) / "draft"
        with draft.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            draft.rename(Path(name) / OWNER)
            yield Path(name)


def remove_abandoned(prefix: str) -> None:
    """Remove the folders that began so and whose owners are gone.

    What was mounted in there went with the machine of the owner, which had mounts of its own.
    """
    for file in Path(tempfile.gettempdir()).glob(f"{prefix}*/{OWNER}"):
        # Another one may just remove it, or it is another user's.
        with suppress(OSError), file.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(file.parent, ignore_errors=True)
