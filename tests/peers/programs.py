"""The programs that are compared: each a process of its own, ended by its id."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from tests.gateway.chats import MODEL, providers, start
from tests.gateway.process import Home, free_port, running, sqlite_home
from tests.peers.client import Door

STARTED_WITHIN_SECONDS = 120.0
TWO = ("anthropic", "zai")
"""Providers with an SDK each: the costliest two."""


@dataclass(frozen=True)
class Peer:
    """A program that runs, and how long it took until it answered."""

    door: Door
    process: psutil.Process
    seconds: float

    def megabytes(self) -> float:
        """Its resident memory, with that of the processes that it has started."""
        found = (self.process, *self.process.children(recursive=True))
        return sum(each.memory_info().rss for each in found) / 1e6


@contextmanager
def trivial_model() -> Iterator[Door]:
    """The model server, which ends with its stdin."""
    command = (sys.executable, "-m", "tests.standins.trivial_model")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as program:
        assert program.stdout is not None
        yield Door(program.stdout.readline().strip(), "trivial")


@contextmanager
def litellm(program: Path, folder: Path, model: Door) -> Iterator[Peer]:
    """LiteLLM's proxy with one worker; it asks nobody but the model server."""
    key, port = f"sk-{secrets.token_hex(24)}", free_port()
    url = f"http://127.0.0.1:{port}"
    section = {"model": "openai/trivial", "api_base": f"{model.url}/v1", "api_key": "none"}
    config = folder / "litellm.json"  # which is YAML, too
    config.touch(0o600)
    config.write_text(
        json.dumps(
            {
                "model_list": [{"model_name": "trivial", "litellm_params": section}],
                "general_settings": {"master_key": key},
            }
        )
    )
    words = ("--config", str(config), "--host", "127.0.0.1", "--port", str(port))
    own = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "HOME": str(folder)}
    begun = time.perf_counter()
    with (folder / "litellm.log").open("wb") as log:
        child = subprocess.Popen(
            (str(program), *words, "--num_workers", "1", "--telemetry", "False"),
            env={**os.environ, **own},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(f"{url}/health/liveliness", child, folder / "litellm.log")
        seconds = time.perf_counter() - begun
        yield Peer(Door(url, "trivial", key), psutil.Process(child.pid), seconds)
    finally:
        child.kill()
        child.wait()


@contextmanager
def mosaic(folder: Path, model: Door) -> Iterator[Peer]:
    """The gateway with two providers on, of which the second is asked."""
    with running(sqlite_home(folder)) as home:
        assert home.run("migrate").returncode == 0
        seconds = seconds_to_health(home, model, *TWO)
        door = Door(home.url, f"{TWO[1]}/{MODEL}", home.set_up())
        assert home.process is not None
        yield Peer(door, psutil.Process(home.process.pid), seconds)


def seconds_to_health(home: Home, model: Door, *names: str) -> float:
    """Start the gateway with these providers; returns after how many seconds it answers."""
    begun = time.perf_counter()
    start(home, providers(model.url, *names) if names else {})
    return time.perf_counter() - begun


def _wait_for(url: str, child: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while True:
        try:
            urlopen(url, timeout=5).close()  # noqa: S310 - our own address
        except URLError:
            if child.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"it did not start:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.1)
        else:
            return
