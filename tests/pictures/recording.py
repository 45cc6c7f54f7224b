"""The recording at the top of the README: from a clone to a token, in a real shell."""

import os
import pwd
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from tests.e2e.bare_machine import PIP_FILES, ROOT
from tests.e2e.program import EMAIL, PASSWORD
from tests.pictures.film import cut
from tests.pictures.place import example
from tests.pictures.session import Session
from tests.pictures.story import ENGINE, FREE, MEMORY

COLUMNS, ROWS = 80, 24
HOME = "/home/ada"
PORT = 14242
SOURCE = "REPOSITORY"
TOKEN = re.compile(r"mosaic_[A-Za-z0-9_-]{40,}")
UNPRIVILEGED = "nobody"
SOCKET = Path("/var/run/docker.sock")
TITLE = "From a clone to a token"


def record() -> str:
    """Return the recording as SVG; leaves no file and no process."""
    with _user_home() as home:
        session = _shell(home)
        try:
            _play(session)
            token = TOKEN.findall(session.text)[-1]
        finally:
            session.close()
            _run(home, str(home / ".local/bin/mosaic"), "uninstall", "--purge", "--yes")
    replaced = {str(home): HOME, token: example(token), **_machine(session)}
    return cut(TITLE, COLUMNS, session.frames(replaced))


def _play(session: Session) -> None:
    session.sees("$ ")
    session.waits(0.5)
    _command(session, f"git clone {SOURCE} mosaic")
    session.ends_command()
    _command(session, "cd mosaic && ./scripts/install.sh")
    session.sees("Leave")
    session.waits(2)
    session.presses("\r")
    session.sees("skip):")
    session.waits(1)
    session.presses("\r")
    for prompt, answer in (("e-mail:", EMAIL), ("password:", PASSWORD), ("Confirm", PASSWORD)):
        session.sees(prompt)
        session.types(answer)
        session.presses("\r")
    session.sees("Cancel")
    session.waits(2)
    session.presses("\r")
    session.ends_command()
    session.waits(4)


def _command(session: Session, words: str) -> None:
    session.types(words)
    session.waits(0.3)
    session.presses("\r")
    session.sees(words)


def _shell(home: Path) -> Session:
    words = [*_demoted(), "bash", "--norc", "--noprofile", "-i"]
    return Session(words, _environment(home), str(home), COLUMNS, ROWS)


def _environment(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": f"{home}/.local/bin:/usr/local/bin:/usr/bin:/bin",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "PS1": "$ ",
        "TERM": "xterm-256color",
    }


def _demoted() -> list[str]:
    """Return the words that take root's rights from a program: nobody should install as root.

    The right to use the engine is left to it, as to most people who have one.
    """
    if os.getuid():
        return []
    person = pwd.getpwnam(UNPRIVILEGED)
    groups = f"--groups={SOCKET.stat().st_gid}" if SOCKET.exists() else "--clear-groups"
    return ["setpriv", f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", groups]


def _machine(session: Session) -> dict[str, str]:
    """Return what of the frames differs between machines, with examples as long."""
    seen = session.everything
    replaced = {found: "Docker 28.5.2".ljust(len(found)) for found in ENGINE.findall(seen)}
    for pattern, shown in ((MEMORY, "16.0"), (FREE, "80.0")):
        replaced |= {found: (shown * 2)[: len(found)] for found in pattern.findall(seen)}
    return replaced


@contextmanager
def _user_home() -> Iterator[Path]:
    """Give a home folder whose path is as long as the one shown, with a repository to clone."""
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", PORT)):
        raise SystemExit(f"port {PORT} is taken: the recording shows an installation with defaults")
    home = _folder(len(HOME))
    try:
        _provide(home)
        yield home
    finally:
        shutil.rmtree(home)


def _folder(length: int) -> Path:
    parent = Path(mkdtemp(prefix="m", dir="/tmp"))
    parent.rmdir()
    folder = Path(str(parent)[:length])
    folder.mkdir(mode=0o700)
    return folder


def _provide(home: Path) -> None:
    """Put a repository there that holds this tree, and pip's settings of this machine."""
    source = home / SOURCE
    listed = [
        "git",
        "-C",
        str(ROOT),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    names = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    for file in filter(Path.is_file, PIP_FILES):
        (home / ".config/pip").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, home / ".config/pip/pip.conf")
    if not os.getuid():
        person = pwd.getpwnam(UNPRIVILEGED)
        for path in (home, *home.rglob("*")):
            os.chown(path, person.pw_uid, person.pw_gid)
    _run(home, "git", "-C", SOURCE, "init", "--quiet")
    _run(home, "git", "-C", SOURCE, "add", "--all")
    author = ("-c", "user.name=Ada", "-c", f"user.email={EMAIL}")
    _run(home, "git", "-C", SOURCE, *author, "commit", "--quiet", "--message", "Mosaic")


def _run(home: Path, *words: str) -> None:
    subprocess.run([*_demoted(), *words], check=True, cwd=home, env=_environment(home))
