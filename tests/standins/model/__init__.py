"""A real model, small enough for a test: SmolLM2 with 135 million parameters, on llama.cpp.

`scripts/test-model` installs it, pinned. It speaks chat completions, responses and messages.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.reference.pages import ROOT

PYTHON = ROOT / ".cache/test-model/bin/python"
STAMP = ROOT / ".cache/test-model/set-up-stamp"
SERVE = Path(__file__).with_name("serve.py")


def is_installed() -> bool:
    """Return whether there is a model to start."""
    return STAMP.exists()


@contextmanager
def real_model() -> Iterator[str]:
    """Where it listens; it ends with the `with`."""
    with subprocess.Popen(
        [PYTHON, "-I", str(SERVE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        try:
            assert program.stdout is not None
            url = program.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:")
            yield url
        finally:
            program.kill()
