"""An Ollama that makes vectors: its answers after the sources of its server, the vectors real ones.

The model behind it is multilingual-e5-small in the place of nomic-embed-text, whose prefixes it is
told by; `scripts/test-model` installs it.
"""

import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.standins.model import PYTHON, SERVE
from tests.standins.server import Asked, StandIn, Told

MODEL, DIMENSIONS = "nomic-embed-text", 384
PREFIXES = {"search_query: ": True, "search_document: ": False}
SECTION = {"provider": "ollama", "model": MODEL, "dimensions": DIMENSIONS}
"""What mosaic.config.json says of it."""
PROGRAM = SERVE.with_name("vectors.py")

Vectors = list[list[float]]


class Model:
    """The program with the model; asked by one thread at a time."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        self._program = program
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        with self._lock:
            line = json.dumps([_without_prefix(each) for each in texts])
            self._program.stdin.write(f"{line}\n")
            self._program.stdin.flush()
            made: Vectors = json.loads(self._program.stdout.readline())
        return made


class Ollama:
    """Answers as it does; `told`, where a test sets it, in place of a vector."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.told: Told | None = None

    def __call__(self, asked: Asked) -> Told:
        if asked.path != "/api/embed":
            return Told(status=404, body="404 page not found", content="text/plain")
        if self.told is not None:
            return self.told
        body: dict[str, Any] = asked.body
        if body["model"].partition(":")[0] != MODEL:
            error = f'model "{body["model"]}" not found, try pulling it first'
            return Told(status=404, body={"error": error})
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        made = [each[: body.get("dimensions")] for each in self._model.vectors(texts)]
        count = sum(len(each.split()) for each in texts)
        head = {"model": body["model"], "total_duration": 1, "load_duration": 1}
        return Told(body={**head, "embeddings": made, "prompt_eval_count": count})


@contextmanager
def embedding_model() -> Iterator[Model]:
    """The model, until the end of the `with`."""
    with subprocess.Popen(
        [PYTHON, "-I", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            yield Model(program)
        finally:
            program.kill()


@contextmanager
def ollama() -> Iterator[tuple[Ollama, StandIn]]:
    """It listens until the end of the `with`."""
    with embedding_model() as model, StandIn(answer := Ollama(model)) as service:
        yield answer, service


def _without_prefix(text: str) -> tuple[str, bool]:
    for prefix, is_question in PREFIXES.items():
        if text.startswith(prefix):
            return text.removeprefix(prefix), is_question
    return text, False
