"""How long the program takes, as ratios within one run: the only figures that travel.

Each round times everything once, one after the other, so that a slow moment of the machine hits
all of it; the median over the rounds is shown. A missed bar is a measurement, not a failure.
"""

import compileall
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pexpect
from tests.benchmark_first_run import SECONDS, waited
from tests.benchmark_gateway import ANSWER_MILLISECONDS, kept_alive_milliseconds
from tests.benchmark_stacks import measure as measure_stacks
from tests.benchmark_swarm import BAR as SWARM_BAR
from tests.benchmark_swarm import WHAT as SWARM
from tests.benchmark_swarm import lacking as lacking_swarm
from tests.benchmark_swarm import measure as measure_swarm
from tests.e2e.program import ADMIN, DEADLINE, Site
from tests.e2e.terminal import WINDOW
from tests.engine.engine import missing
from tests.gateway.process import running, sqlite_home
from tests.ports import reserve_port

ROUNDS, FIRST_ROUNDS = 21, 5
FIRST_PROMPT = "What would you like to do?"
SOURCES = Path(__file__).parent.parent / "installer"
BARE = (sys.executable, "-c", "pass")
MOSAIC = (str(Path(sys.executable).parent / "mosaic"),)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What is timed, how many times the yardstick it may take, and what Tutor 22 takes."""

    what: str
    words: tuple[str, ...]
    bar: float
    tutor: str = ""


START_UP = (
    Bar(what="mosaic --version", words=("--version",), bar=5, tutor="17.7x (--version)"),
    Bar(what="mosaic --help", words=("--help",), bar=5),
    Bar(what="mosaic status --json", words=("status", "--json"), bar=10),
    Bar(what="mosaic token recover, nothing lost", words=("token", "recover"), bar=12),
    Bar(
        what="mosaic install --yes, nothing to do",
        words=("install", "--yes"),
        bar=15,
        tutor="39x (config save, unchanged)",
    ),
)
PROMPT = Bar(what="mosaic install, until its first prompt", words=("install",), bar=20)
FIRST = Bar(what="mosaic install --yes, first", words=("install", "--yes"), bar=2)


def main() -> None:
    compileall.compile_dir(SOURCES, quiet=2)
    rows = [*_measure_start_up(), (PROMPT, *_measure_prompt()), (FIRST, *_measure_first())]
    _print(("what", "ratio", "bar", "verdict", "Tutor 22, measured elsewhere"))
    for bar, ratio, milliseconds in rows:
        verdict = "holds" if ratio <= bar.bar else "misses"
        _print(
            (
                f"{bar.what} ({milliseconds:.0f} ms)",
                f"{ratio:.1f}x",
                f"{bar.bar:g}x",
                verdict,
                bar.tutor,
            )
        )
    sys.stdout.write(
        f"\nRatios to a bare `python -c pass`, medians of {ROUNDS} rounds; the last row to\n"
        "`mosaic-gateway migrate` and `serve` until /health answers, on their own, "
        f"median of {FIRST_ROUNDS}.\n"
    )
    _print_first_run()
    _print_answer()
    _print_stacks()


def _print_first_run() -> None:
    rounds = []
    for _ in range(FIRST_ROUNDS):
        with _site() as site:
            rounds.append(waited(site))
    took = median(rounds)
    verdict = "holds" if took <= SECONDS else "misses"
    _print(("a person's first run, waiting for us", f"{took:.2f} s", f"{SECONDS:g} s", verdict, ""))


def _print_answer() -> None:
    took = kept_alive_milliseconds()
    verdict = "holds" if took <= ANSWER_MILLISECONDS else "misses"
    what = "an answer of the gateway on a kept connection"
    _print((what, f"{took:.2f} ms", f"{ANSWER_MILLISECONDS:g} ms", verdict, ""))


def _print_stacks() -> None:
    lacking = missing()
    if lacking:
        sys.stdout.write(f"\nNOT MEASURED, containers: {lacking} is missing\n")
        return
    sys.stdout.write("\n")
    with _site() as site:
        for what, ratio, bar, seconds in measure_stacks(site):
            verdict = "holds" if ratio <= bar else "misses"
            _print((f"{what} ({1000 * seconds:.0f} ms)", f"{ratio:.2f}x", f"{bar:g}x", verdict, ""))
    _print_swarm()
    sys.stdout.write(
        "\nRatios to `docker compose ps`, and to `docker compose up --wait` of the same file\n"
        "on fresh volumes with the calls that set it up; on a Swarm to `docker service ls`.\n"
    )


def _print_swarm() -> None:
    lacking = lacking_swarm()
    if lacking:
        sys.stdout.write(f"NOT MEASURED, a Swarm: {lacking} is missing\n")
        return
    ratio, seconds = measure_swarm()
    what, verdict = (
        f"{SWARM} ({1000 * seconds:.0f} ms)",
        "holds" if ratio <= SWARM_BAR else "misses",
    )
    _print((what, f"{ratio:.2f}x", f"{SWARM_BAR:g}x", verdict, ""))


def _measure_start_up() -> Iterator[tuple[Bar, float, float]]:
    with _site() as site:
        site.install("--yes")
        commands = [BARE, *((*MOSAIC, *bar.words) for bar in START_UP)]
        rounds = [[_time(command, site) for command in commands] for _ in range(ROUNDS + 1)]
    for number, bar in enumerate(START_UP, start=1):
        # The first round warms the caches of the file system.
        ratios = [times[number] / times[0] for times in rounds[1:]]
        yield bar, median(ratios), 1000 * median(times[number] for times in rounds[1:])


def _measure_prompt() -> tuple[float, float]:
    with _site() as site:
        rounds = [(_time_prompt(site), _time(BARE, site)) for _ in range(ROUNDS + 1)][1:]
    return median(ours / bare for ours, bare in rounds), 1000 * median(ours for ours, _ in rounds)


def _time_prompt(site: Site) -> float:
    start = time.perf_counter()
    child = pexpect.spawn(
        MOSAIC[0], list(PROMPT.words), env=site.environment(**WINDOW), timeout=DEADLINE
    )
    try:
        child.expect_exact(FIRST_PROMPT)
        return time.perf_counter() - start
    finally:
        child.close(force=True)


def _measure_first() -> tuple[float, float]:
    rounds = [(_time_first(), _time_gateway()) for _ in range(FIRST_ROUNDS)]
    return median(ours / its for ours, its in rounds), 1000 * median(ours for ours, _ in rounds)


def _time(command: Sequence[str], site: Site, **variables: str | None) -> float:
    environment = site.environment(**variables)
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd="/", input=b"")
    return time.perf_counter() - start


def _time_first() -> float:
    with _site() as site:
        return _time((*MOSAIC, *FIRST.words), site, **ADMIN)


def _time_gateway() -> float:
    with tempfile.TemporaryDirectory() as folder, running(sqlite_home(Path(folder))) as home:
        start = time.perf_counter()
        assert home.run("migrate").returncode == 0
        home.start()
        return time.perf_counter() - start


@contextmanager
def _site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as reserved:
        folder = Path(name)
        site = Site(home=folder / "m", user=folder, port=reserve_port(reserved))
        try:
            yield site
        finally:
            site.end()


def _print(cells: Sequence[str]) -> None:
    what, ratio, bar, verdict, tutor = cells
    sys.stdout.write(f"{what:<47}{ratio:>8}{bar:>8}  {verdict:<7}  {tutor}".rstrip() + "\n")


if __name__ == "__main__":
    main()
