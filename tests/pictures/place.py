"""Where the story of the pictures takes place, and what happens to it there."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree

from tests.e2e.program import Site
from tests.ports import reserve_port

from mosaic_installer.core.layout import Layout
from mosaic_installer.core.written import note_of
from mosaic_installer.machine.local import LocalMachine

HOME = "/home/ada/mosaic"
LISTEN = """
import socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
sys.stdin.read()
"""


def example(token: str) -> str:
    """Return a token of the same length and beginning that opens nothing."""
    start = "".join(token.partition("_")[:2])
    letters = "3xampleT0kenThatOpensNothing" * len(token)
    return start + letters[: len(token) - len(start)]


@contextmanager
def own_place() -> Iterator[Site]:
    """Give a place whose path is as long as the one that the pictures show."""
    shared = "/tmp"  # noqa: S108 - the only folder with a path short enough
    prefix = "p" * (len(HOME) - len(shared) - len("/") - 8)
    home = Path(tempfile.mkdtemp(prefix=prefix, dir=shared))
    home.rmdir()
    user = Path(tempfile.mkdtemp(prefix="mosaic-pictures-"))
    with ExitStack() as reserved:
        site = Site(home=home, user=user, port=reserve_port(reserved))
        try:
            yield site
        finally:
            site.end()
            rmtree(home, ignore_errors=True)
            rmtree(user)


@contextmanager
def older(site: Site) -> Iterator[None]:
    """Let an older version have made the installation."""
    files, meta = LocalMachine(Layout.under(site.home)).files, site.config / "gateway/meta.json"
    written = meta.read_bytes()
    older = re.sub(rb'("version": )"[^"]*"', rb'\1"0.0.9"', written)
    files.note(meta, note_of(older))
    files.write(meta, older)
    yield
    files.write(meta, written)


@contextmanager
def other_program(site: Site) -> Iterator[int]:
    """Run a program with a name of its own that listens on the port; gives its process id."""
    program = site.user / "web-server"
    program.symlink_to(Path(os.path.realpath(sys.executable)))
    command = [str(program), "-I", "-S", "-c", LISTEN, str(site.port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()
