"""How long a run that changes nothing takes on a Docker Swarm: ratios to `docker service ls`."""

import subprocess
import time
from contextlib import ExitStack
from statistics import median

from tests.e2e.engine_kinds import SWARM, missing_of
from tests.e2e.program import ADMIN, PROGRAM
from tests.e2e.second_engine import LOADED, InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM
from tests.engine.engine import images_here
from tests.ports import reserve_port

ROUNDS = 11
BAR = 3.0
WHAT = "mosaic install --yes, on a Swarm, nothing to do"
BUILT = "mosaic-test-gateway:"
"""The image that the tests build, so that no installation of theirs has to."""


def lacking() -> str:
    """Say what is not here; nothing when all is."""
    return missing_of(SWARM) or (
        "" if _built() else "the gateway's image, which `scripts/test` builds"
    )


def measure() -> tuple[float, float]:
    """Return the ratio, and the seconds that ours takes."""
    with ExitStack() as ending:
        engine = ending.enter_context(SecondEngine.opened(SWARM))
        engine.load((*LOADED, *_built()))
        folder, port = engine.new_folder("u"), reserve_port(ending)
        site = InnerSite(home=folder / "m", user=folder, port=port, within=engine.within)
        stack = Stack(site=site)
        stack.run("cluster", "init", "--address", "10.99.0.1")
        stack.install("--yes", **ON_SWARM)
        ours = (*PROGRAM, "install", "--yes")
        theirs = ("docker", "service", "ls")
        rounds = [(_timed(ours, site), _timed(theirs, site)) for _ in range(ROUNDS)]
    return median(one / other for one, other in rounds), median(one for one, _ in rounds)


def _built() -> list[str]:
    from mosaic_installer.machine.images.build import image_fingerprint

    wanted = f"{BUILT}{image_fingerprint()[:12]}"
    return [wanted] if wanted in images_here() else []


def _timed(words: tuple[str, ...], site: InnerSite) -> float:
    start = time.perf_counter()
    subprocess.run(
        (*site.within, *words),
        env=site.environment(**ADMIN),
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    return time.perf_counter() - start
