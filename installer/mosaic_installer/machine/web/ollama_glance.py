"""A glance at the Ollama of this machine, beside other work: who has none does not wait for it."""

import threading
import time
from collections.abc import Iterable

from mosaic_installer.core.facts.found_ollama import FoundOllama
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.questionnaire.web_address import OLLAMA_PORT
from mosaic_installer.machine import wire

PATIENCE = 0.5
"""Seconds that the first question may wait for it."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


class OllamaGlance:
    """Looks in a thread of its own, if one of the listeners may be an Ollama."""

    def __init__(self, listeners: Iterable[Listener]) -> None:
        self._found: FoundOllama | None = None
        self._thread: threading.Thread | None = None
        for row in listeners:
            if row.port == OLLAMA_PORT or row.program == "ollama":
                self._thread = threading.Thread(target=self._look, args=(row,), daemon=True)
                self._thread.start()
                return

    def result(self) -> FoundOllama | None:
        """Return what was found; None where nothing was, or not in time."""
        if self._thread is not None:
            self._thread.join(PATIENCE)
        return self._found

    def _look(self, row: Listener) -> None:
        host = EVERYWHERE.get(row.address, row.address)
        try:
            # https://docs.ollama.com/api
            version = _asked(host, row.port, "/api/version").get("version")
            models = _asked(host, row.port, "/api/tags").get("models")
        except (OSError, ValueError, RecursionError):
            return  # something else listens there, or it is not well
        if isinstance(version, str) and version.isprintable() and isinstance(models, list):
            shown = f"[{host}]" if ":" in host else host
            url = f"http://{shown}:{row.port}"
            self._found = FoundOllama(url=url, version=version[:40], models=len(models))


def _asked(host: str, port: int, path: str) -> dict[str, object]:
    import json

    shown = f"[{host}]" if ":" in host else host
    headers = {"Host": f"{shown}:{port}"}
    request = wire.Request(method="GET", target=path, headers=headers)
    until = time.monotonic() + PATIENCE
    with wire.connected(host, port, PATIENCE) as connection:
        said = wire.ask(connection, request, until=until)
    answer = json.loads(said.content)
    return answer if isinstance(answer, dict) else {}
