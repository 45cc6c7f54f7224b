"""The real program: on a place of the test's own, in an environment made from nothing."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
from tests.gateway.process import NO_TLS

from mosaic_installer.machine.processes.ending import has_ended

DEADLINE = 240.0
"""Seconds; what works is done long before, also where six processes share two cores."""
EMAIL = "a@example.org"
PASSWORD = "correct-horse-9"
ADMIN = {"MOSAIC_ADMIN_EMAIL": EMAIL, "MOSAIC_ADMIN_PASSWORD": PASSWORD}
PROGRAM = (sys.executable, "-m", "mosaic_installer")

Found = TypeVar("Found")
Codes = int | tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a run of the program left: its exit code and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        return self.stdout + self.stderr

    @property
    def document(self) -> Any:
        return json.loads(self.stdout)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stdout.splitlines()]

    def says(self, *texts: str) -> None:
        """What went wrong, and a hint what to do about it, both on stderr."""
        for text in texts:
            assert text in self.stderr, f"{text!r} is missing in:\n{self.said}"
        assert "error: " in self.stderr, self.said
        assert "hint: " in self.stderr, self.said


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place for one installation: its folder, the user's home folder, and a port.

    `within` are words that start a program where that is not this machine itself.
    """

    home: Path
    user: Path
    port: int
    within: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        return self.home / "config"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def journal(self) -> Path:
        return self.state / "journal.jsonl"

    @property
    def token_file(self) -> Path:
        return self.config / "gateway/admin-token"

    def environment(self, **changes: str | None) -> dict[str, str]:
        """Return the whole environment of the program; None takes a variable away."""
        variables = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.user),
            "MOSAIC_HOME": str(self.home),
            "MOSAIC_GATEWAY_PORT": str(self.port),
            **changes,
        }
        return {name: value for name, value in variables.items() if value is not None}

    def run(
        self, *words: str, code: Codes = 0, stdin: str = "", umask: int = -1, **changes: str | None
    ) -> Done:
        """Run the program without a terminal; expect that exit code and never a traceback."""
        command = (*self.within, *PROGRAM, *words)
        return run(command, self.environment(**changes), code, stdin=stdin, umask=umask)

    def install(self, *words: str, code: Codes = 0, umask: int = -1, **changes: str | None) -> Done:
        """Install, with all that a first installation needs to know."""
        variables = self.environment(**{**ADMIN, **changes})
        return run((*self.within, *PROGRAM, "install", *words), variables, code, umask=umask)

    def start(self, *words: str, **changes: str | None) -> "subprocess.Popen[str]":
        """Start the program beside the test."""
        return subprocess.Popen(
            (*self.within, *PROGRAM, *words),
            env=self.environment(**changes),
            cwd=self.user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def token(self) -> str:
        return self.token_file.read_text().strip()

    def status_with(self, token: str, *, port: int | None = None) -> int:
        url = f"http://127.0.0.1:{port or self.port}/api/admin/tokens"
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(url, headers=headers, timeout=DEADLINE, verify=NO_TLS).status_code

    def has_working_token(self, *, port: int | None = None) -> bool:
        return self.status_with(self.token(), port=port) == 200

    def supervisor(self) -> psutil.Process:
        file, log = self.state / "gateway.pid", self.state / "logs/gateway.log"
        said = log.read_text(errors="replace")[-2000:] if log.exists() else "nothing"
        assert file.exists(), f"nothing supervises the gateway; its log ends with:\n{said}"
        return psutil.Process(int(file.read_text()))

    def gateway(self) -> psutil.Process:
        """Return the gateway's own process."""
        (child,) = self.supervisor().children()
        return child

    def processes(self) -> list[psutil.Process]:
        """Return every process that was told about this place: all of them are of this test."""
        return [process for process in psutil.process_iter() if self._concerns(process)]

    def _concerns(self, process: psutil.Process) -> bool:
        try:
            words = process.cmdline()
            variables = process.environ()
        except psutil.Error:
            return False
        told = any(str(self.home) in word for word in words)
        return process.pid != os.getpid() and (told or variables.get("HOME") == str(self.user))

    def end(self) -> None:
        """Leave no process behind, however the test ended."""
        while processes := self.processes():
            for process in processes:
                # A gateway goes with its supervisor.
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            for process in processes:
                # One that dies is out of sight before its port is free.
                eventually(partial(has_ended, process), f"process {process.pid} ends")

    def snapshot(self, *, but: Sequence[str] = ("data",)) -> dict[str, tuple[object, ...]]:
        """Return everything that a write would change about the files, by path.

        But for the gateway's log: its supervisor writes what the gateway said when it comes to it.
        """
        but, kept = (*but, "state/logs/gateway.log"), {}
        for path in sorted([self.home, *self.home.rglob("*")]):
            name = str(path.relative_to(self.home))
            if not any(name == top or name.startswith(f"{top}/") for top in but):
                kept[name] = _traits(path)
        return kept


def run(
    command: Sequence[str],
    environment: dict[str, str],
    code: Codes,
    *,
    stdin: str = "",
    umask: int = -1,
) -> Done:
    finished = subprocess.run(
        command,
        env=environment,
        cwd="/",
        input=stdin,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        umask=umask,
        check=False,
    )
    done = Done(code=finished.returncode, stdout=finished.stdout, stderr=finished.stderr)
    codes = code if isinstance(code, tuple) else (code,)
    assert done.code in codes, f"exit {done.code}, not {code}:\n{done.said}"
    assert "Traceback" not in done.said, done.said
    return done


def eventually(look: Callable[[], Found | None], what: str) -> Found:
    """Return what `look` gives as soon as it gives something; for what no event announces."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"never happened: {what}")


def lines_of(path: Path) -> Iterator[str]:
    """Yield the whole lines of a file that may not be there yet."""
    if path.exists():
        yield from path.read_text().splitlines()


def _traits(path: Path) -> tuple[object, ...]:
    status = path.lstat()
    content = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return status.st_mode, status.st_mtime_ns, status.st_size, status.st_ino, content
