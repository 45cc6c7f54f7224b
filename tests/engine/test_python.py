"""The image of Python runs it under all its names, as root and as anyone."""

import pytest
from tests.engine.engine import Engine

pytestmark = pytest.mark.install

IMAGE = "python:3.13-slim"


@pytest.mark.parametrize("name", ["python", "python3", "python3.13"])
def test_python_is_on_the_path(engine: Engine, name: str) -> None:
    script = "import sys, ssl, sqlite3; print(*sys.version_info[:2])"
    done = engine.run(IMAGE, name, "-c", script, options=("--user=10001",))
    assert done.wait_for_exit() == 0
    assert done.logs() == "3 13\n"


def test_pip_installs_beside_it_and_into_environments(engine: Engine) -> None:
    script = (
        "mkdir package && echo 'x = 1' >package/found.py && cd package"
        ' && printf \'[project]\\nname="found"\\nversion="1"\\n\' >pyproject.toml'
        " && python -m venv /venv && /venv/bin/python -m pip --version"
        " && useradd --uid 10001 mosaic && pip config list"
        " && pip install --no-index --dry-run --root-user-action=ignore pip"
    )
    done = engine.run(IMAGE, "sh", "-euc", script, options=("--workdir=/srv",))
    assert done.wait_for_exit() == 0, done.logs()
