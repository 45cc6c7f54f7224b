"""The story that the pictures tell: the real program on a place of its own, from start to end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from shutil import rmtree
from typing import Any

from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, ENTER, ROWS, UP, Terminal
from tests.pictures.place import HOME, example, older, other_program, own_place
from tests.pictures.screen import Picture, develop

from mosaic_installer.core.preflight import CHECKS, identifier
from mosaic_installer.core.preflight.gateway import port_is_free

WIDTHS = (100, 80, 40)
PORT, PID = 14242, "4711471"
CONSENT = "Cancel"
ORIGIN = "https://chat.example.org"
MEMORY, FREE = re.compile(r"([0-9.]+) [GM]iB of memory"), re.compile(r"\(([0-9.]+) [GM]iB free\)")
SINCE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
ENGINE = re.compile(r"Docker [0-9][^\s,]*")
# Of all that the checks could say of this machine, the pictures show one thing: a taken port.
IGNORED = tuple(
    word
    for check in CHECKS
    if check is not port_is_free
    for word in ("--ignore", identifier(check))
)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A picture, its name, and the command that it shows."""

    name: str
    command: str
    picture: Picture

    @property
    def stem(self) -> str:
        return f"{self.name}-{self.picture.columns}"


def tell(columns: int) -> Iterator[Scene]:
    """Yield the scenes in a window of that many columns; leaves no file and no process."""
    with own_place() as site:
        story = _Story(site, columns)
        yield from story.port_taken()
        yield story.failure()
        yield story.menu()
        yield story.interrupted()
        yield from story.install()
        yield story.home("healthy")
        site.run("config", "set", f"gateway.cors_origin={ORIGIN}")
        yield story.home("changed")
        site.run("config", "unset", "gateway.cors_origin")
        with older(site):
            yield story.home("update")
        site.run("gateway", "stop")
        for lost in ("mosaic.config.json", "gateway/.env"):
            (site.config / lost).unlink()
        yield story.doctor()
        yield from story.repair()
        yield story.uninstall()


class _Story:
    def __init__(self, site: Site, columns: int) -> None:
        self._site = site
        self._columns = columns
        places = {str(site.home): HOME}
        ports = {str(site.port + step): str(PORT + step) for step in range(10)}
        self._replaced = places | ports

    def port_taken(self) -> Iterator[Scene]:
        with other_program(self._site) as process:
            self._replaced[f"pid {process}"] = f"pid {PID[: len(str(process))]}"
            with self._open("install", "--yes", *IGNORED, **ADMIN) as terminal:
                terminal.ends(4)
            # Which port is the next free one depends on what else runs on this machine.
            offered = re.search(r"port (\d+) is free", terminal.words)
            assert offered is not None, terminal.words
            self._replaced[offered[1]] = str(PORT + 1)
            yield self._scene(terminal, "port-taken", "install --yes")
            yield self.home("problem")

    def interrupted(self) -> Scene:
        with self._open("install", *IGNORED) as terminal:
            terminal.sees("Leave").types(ENTER).answers("provider", "")
            terminal.answers("e-mail:", EMAIL).sees("password:").types(CTRL_C).ends(130)
        scene = self.home("interrupted")
        rmtree(self._site.home)  # what was answered is kept there
        return scene

    def install(self) -> Iterator[Scene]:
        with self._open("install", *IGNORED) as terminal:
            terminal.sees("Leave")
            self._hide(terminal)
            yield self._scene(terminal, "welcome", "install")
            terminal.types(ENTER).answers("provider", "")
            terminal.answers("e-mail:", EMAIL).answers("password:", PASSWORD)
            terminal.sees("Confirm password:").types(PASSWORD).sees(
                f"Confirm password: {'*' * len(PASSWORD)}"
            )
            yield self._scene(terminal, "questions", "install")
            terminal.types(ENTER).sees(CONSENT)
            yield self._scene(terminal, "review", "install")
            terminal.types(ENTER).ends()
        self._hide_token()
        yield self._scene(terminal, "progress", "install", raw=_until_waiting(terminal.raw))
        yield self._scene(terminal, "install", "install")

    def menu(self) -> Scene:
        with self._open("install", *IGNORED) as terminal:
            terminal.sees("Leave")
            self._hide(terminal)
            terminal.types(UP * 5 + ENTER).sees("Back")
            scene = self._scene(terminal, "menu", "install")
            terminal.types(CTRL_C).ends(130)
        return scene

    def failure(self) -> Scene:
        obstacle = self._site.home / "data"
        self._site.home.mkdir(mode=0o700)
        obstacle.touch()
        with self._open("install", "--yes", *IGNORED, **ADMIN) as terminal:
            terminal.ends(1)
        obstacle.unlink()
        self._site.run("uninstall", "--purge", "--yes")
        self._site.home.rmdir()
        return self._scene(terminal, "failure", "install --yes")

    def doctor(self) -> Scene:
        with self._open("doctor") as terminal:
            terminal.ends(9)
        return self._scene(terminal, "doctor", "doctor")

    def home(self, name: str) -> Scene:
        """Return what `mosaic` shows as things are."""
        with self._open("configure") as terminal:
            terminal.sees("Leave")
            self._hide(terminal)
            scene = self._scene(terminal, name, "")
            terminal.types(CTRL_C).ends(130)
        return scene

    def repair(self) -> Iterator[Scene]:
        with self._open("install", *IGNORED) as terminal:
            terminal.sees("Leave")
            self._hide(terminal)
            yield self._scene(terminal, "broken", "install")
            terminal.types(ENTER).answers(CONSENT, "").ends()
        self._hide_token()
        yield self._scene(terminal, "repair", "install")

    def uninstall(self) -> Scene:
        with self._open("uninstall") as terminal:
            terminal.answers("(no/yes)", "yes").ends()
        return self._scene(terminal, "uninstall", "uninstall")

    def _open(self, *words: str, **variables: Any) -> Terminal:
        return Terminal(self._site, *words, columns=self._columns, **variables)

    def _hide_token(self) -> None:
        token = self._site.token()
        self._replaced[token] = example(token)

    def _hide(self, terminal: Terminal) -> None:
        """Put examples in the place of what differs between machines and days."""
        self._hide_sizes(terminal)
        self._hide_engine(terminal)
        for since in SINCE.findall(terminal.words):
            self._replaced[since] = "2026-03-01 09:30"

    def _hide_engine(self, terminal: Terminal) -> None:
        found = ENGINE.search(terminal.words)
        if found is not None:  # an installation that uses none does not tell of it
            self._replaced[found[0]] = "Docker 28.5.2".ljust(len(found[0]))

    def _hide_sizes(self, terminal: Terminal) -> None:
        for pattern, shown in ((MEMORY, "16.0"), (FREE, "80.0")):
            found = pattern.search(terminal.words)
            if found is not None:
                self._replaced[found[1]] = (shown * 2)[: len(found[1])]

    def _scene(self, terminal: Terminal, name: str, verb: str, *, raw: str = "") -> Scene:
        picture = develop(
            raw or terminal.raw, columns=self._columns, rows=ROWS, replaced=self._replaced
        )
        shown = "".join(picture.text.split())
        assert self._site.home.name not in shown, "a path was broken over two lines"
        return Scene(name=name, command=f"mosaic {verb}".rstrip(), picture=picture)


def _until_waiting(raw: str) -> str:
    """Return what the terminal had got when the wait for the gateway began to be shown."""
    begin = raw.rindex("\x1b[?25l", 0, raw.rindex("(60"))
    return raw[: raw.index("\r\x1b[2K", begin)]
