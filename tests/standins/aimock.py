"""The npm package @copilotkit/aimock: model providers in their own dialects, by somebody else.

`scripts/test-standins` installs it, pinned; https://github.com/CopilotKit/aimock says what it does.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from tests.reference.pages import ROOT

PLACE = ROOT / ".cache/aimock"
PROGRAM = PLACE / "node_modules/@copilotkit/aimock/dist/aimock-cli.js"
READY = "aimock server listening on "


@dataclass(frozen=True, kw_only=True)
class Aimock:
    """A running aimock that lets in whoever has its key."""

    url: str
    key: str

    @contextmanager
    def fails(self, **rates: float) -> Iterator[None]:
        """Let completions fail, at these rates, until the end of `with`."""
        self._control("POST", rates)
        yield
        self._control("DELETE")

    def _control(self, method: str, rates: Mapping[str, float] | None = None) -> None:
        content = json.dumps(rates).encode() if rates else None
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        url = f"{self.url}/__aimock/chaos"
        urlopen(Request(url, content, headers, method=method), timeout=20).close()  # noqa: S310 - http


def is_installed() -> bool:
    """Return whether there is an aimock to start."""
    return PROGRAM.exists() and (PLACE / "node").exists()


@contextmanager
def aimock(
    folder: Path, *, key: str, models: Sequence[str] = (), rows: Sequence[Mapping[str, object]] = ()
) -> Iterator[Aimock]:
    """Start it with these models, which say `hi`, and fixtures of its own form.

    It ends with the `with`.
    """
    rows = [
        *({"match": {"model": name}, "response": {"content": "hi"}} for name in models),
        *rows,
    ]
    (folder / "fixtures.json").write_text(json.dumps({"fixtures": rows}))
    config = {
        "port": 0,
        "auth": {"apiKeys": [key]},
        "llm": {"fixtures": str(folder / "fixtures.json"), "logLevel": "warn"},
    }
    (folder / "aimock.json").write_text(json.dumps(config))
    command = [str(PLACE / "node"), str(PROGRAM), "--config", str(folder / "aimock.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            # It says where it listens in its first line, and nothing at all if it cannot start.
            yield Aimock(url=program.stdout.readline().strip().removeprefix(READY), key=key)
        finally:
            program.terminate()
