"""How long containers take: ratios to Compose doing the same with the same file."""

import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence

import httpx
from tests.e2e.program import EMAIL, PASSWORD, PROGRAM, Site
from tests.e2e.stack import Stack
from tests.gateway.process import NO_TLS

ROUNDS, QUICK_ROUNDS = 3, 11
Row = tuple[str, float, float, float]
"""What is timed, its ratio, the bar, and its seconds."""


def measure(site: Site) -> Iterator[Row]:
    """Yield the rows; the first installation is not timed, it builds the gateway's image."""
    stack = Stack(site=site)
    try:
        stack.install("--yes")
        compose = _compose(stack)
        rounds = [_quick(stack, compose) for _ in range(QUICK_ROUNDS)]
        yield _row("mosaic install --yes, standalone, nothing to do", rounds, 3)
        checks = [(_timed(_program("install", "--dry-run"), stack), 1.0) for _ in range(3)]
        yield _row("all checks and the plan, in seconds", checks, 1)
        rounds = [_first(stack, compose) for _ in range(ROUNDS)]
        yield _row("mosaic install --yes, standalone, first", rounds, 1.15)
    finally:
        stack.clear()


def _row(what: str, rounds: Sequence[tuple[float, float]], bar: float) -> Row:
    ratio = statistics.median(ours / theirs for ours, theirs in rounds)
    return what, ratio, bar, statistics.median(ours for ours, _ in rounds)


def _quick(stack: Stack, compose: Sequence[str]) -> tuple[float, float]:
    return _timed(_program("install", "--yes"), stack), _timed((*compose, "ps"), stack)


def _first(stack: Stack, compose: Sequence[str]) -> tuple[float, float]:
    """The image stays: both begin with volumes that are not there yet."""
    for kind in ("containers", "networks", "volumes"):
        for name in stack.made()[kind]:
            verb = {"containers": ("rm", "-fv"), "networks": ("network", "rm")}
            subprocess.run(
                ("docker", *verb.get(kind, ("volume", "rm")), name), check=True, capture_output=True
            )
    stack.site.token_file.unlink()
    ours = _timed(_program("install", "--yes"), stack)
    subprocess.run((*compose, "down", "--volumes"), check=True, capture_output=True)
    start = time.perf_counter()
    subprocess.run((*compose, "up", "--detach", "--wait"), check=True, capture_output=True)
    _set_up(stack.site)
    return ours, time.perf_counter() - start


def _set_up(site: Site) -> None:
    wanted = {"name": "a", "email": EMAIL, "password": PASSWORD}
    secret = (site.config / "gateway/secrets/setup-secret").read_text()
    made = httpx.post(
        f"{site.url}/api/bootstrap/setup",
        json=wanted,
        headers={"X-Mosaic-Setup": secret},
        timeout=30,
        verify=NO_TLS,
    )
    token = made.json()["token"]["plaintext"]
    assert site.status_with(token) == 200


def _program(*words: str) -> tuple[str, ...]:
    return (*PROGRAM, *words)


def _timed(command: Sequence[str], stack: Stack) -> float:
    variables = {
        "MOSAIC_STORAGE_TIER": "standalone",
        "MOSAIC_ADMIN_EMAIL": EMAIL,
        "MOSAIC_ADMIN_PASSWORD": PASSWORD,
    }
    start = time.perf_counter()
    subprocess.run(
        command,
        env=stack.site.environment(**variables),
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def _compose(stack: Stack) -> tuple[str, ...]:
    return ("docker", "compose", "--project-directory", str(stack.site.config / "compose"))
