"""Ollama's models (docs.ollama.com/api): which it has, and pulling others, with the progress."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError

from mosaic_installer.core.connections.call import Call, Reply
from mosaic_installer.core.connections.models import is_listed, models_in
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.web.calls import open_stream, send

LOOK = 5.0
SILENCE = 120.0
"""Seconds without a word after which a pull counts as broken off."""
GIGABYTE = 10**9


class Ollama:
    """`ModelServer` of the Ollama at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def has(self, name: str) -> bool:
        answer = send(Call(url=f"{self._url}/api/tags"), LOOK)
        return isinstance(answer, Reply) and is_listed(name, models_in(answer.body))

    def pull(self, name: str, tell: Callable[[str], None]) -> None:
        said = ""
        for row in self._progress(name):
            if "error" in row:
                raise self._failed(name, str(row["error"]))
            if row.get("status") == "success":
                return
            words = _words(row)
            if words != said:
                tell(words)
                said = words
        raise self._failed(name, "it broke off before the end")

    def _progress(self, name: str) -> Iterator[dict[str, Any]]:
        call = Call(url=f"{self._url}/api/pull", body={"model": name, "stream": True})
        try:
            with open_stream(call, SILENCE) as answer:
                yield from (row for line in answer if isinstance(row := _decoded(line), dict))
        except HTTPError as error:
            with error:
                body = _decoded(error.read())
            said = body.get("error") if isinstance(body, dict) else None
            raise self._failed(name, str(said or f"status {error.code}")) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise self._failed(name, str(reason) or type(error).__name__) from None

    def _failed(self, name: str, reason: str) -> InstallerError:
        return InstallerError(
            f"Ollama at `{self._url}` did not pull `{name}`: {reason}",
            "`mosaic install` resumes where it stopped; `providers.ollama_pull = no` leaves it out",
            identifier="model-not-pulled",
        )


def _words(row: dict[str, Any]) -> str:
    done, total = row.get("completed"), row.get("total")
    if isinstance(done, int) and isinstance(total, int) and total > 0:
        return f"{100 * done // total} % of {total / GIGABYTE:.1f} GB"
    return str(row.get("status", "pulling"))


def _decoded(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
