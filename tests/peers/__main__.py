"""The gateway beside LiteLLM's proxy, both before one trivial model server, in one run.

A missed bar is a measurement, not a failure. What is compared is asked in turn, so that a slow
moment of the machine hits all of it; medians are shown.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.gateway.process import running, sqlite_home
from tests.peers.client import Door, answered_whole, first_tokens, rate
from tests.peers.programs import Peer, litellm, mosaic, seconds_to_health, trivial_model

WARM_UP, FIRSTS = 20, 60
RATES, TOGETHER, CHATS, SLOW_CHATS = 5, 16, 160, 48
STREAMS = 200
STARTS = 7
EVERY_PROVIDER = ("anthropic", "openai", "openrouter", "zai", "ollama")


@dataclass(frozen=True)
class Row:
    """A figure of the gateway's, its bar, and the same of LiteLLM and of the bare server."""

    what: str
    ours: str
    bar: str
    holds: bool
    theirs: str = ""
    bare: str = ""


def main(program: Path) -> None:
    with tempfile.TemporaryDirectory() as name, trivial_model() as model:
        folder = Path(name)
        (folder / "peer").mkdir()
        (folder / "own").mkdir()
        _print(Row("what", "Mosaic", "bar", holds=True, theirs="LiteLLM", bare="bare"), "verdict")
        with litellm(program, folder / "peer", model) as peer, mosaic(folder / "own", model) as own:
            for row in _compared(model, own, peer):
                _print(row)
        for row in _starts(folder, model, peer):
            _print(row)
    sys.stdout.write(
        f"\nOne worker each, before a server that streams 21 pieces; {FIRSTS} chats one after the\n"
        f"other, then {RATES} rounds with {TOGETHER} at once. The gateway keeps every chat, and\n"
        "has two providers on.\n"
    )


def _compared(model: Door, own: Peer, peer: Peer) -> Iterator[Row]:
    doors = [model, own.door, peer.door]
    for door in doors:
        # One after the other: who is asked for the first time may take longer than a silent
        # connection to another is kept.
        rate(door, WARM_UP, 4)
    # Each in turn with the bare server alone: the proxy still works after its answer, for which
    # whoever is asked next would pay.
    own_firsts, its_firsts = (first_tokens([model, each], FIRSTS) for each in (own.door, peer.door))
    ours, theirs = (
        1000 * median(each - bare for bare, each in firsts) for firsts in (own_firsts, its_firsts)
    )
    bare = 1000 * median(each for each, _ in own_firsts)
    shown = f"+{ours:.1f} ms", "+8 ms", ours <= 8, f"+{theirs:.1f} ms", f"{bare:.1f} ms"
    yield Row("first token, over the bare server", *shown)
    yield _rates(doors)
    used, its = own.megabytes(), peer.megabytes()
    yield Row("memory after that", f"{used:.0f} MB", "180 MB", used <= 180, f"{its:.0f} MB")
    whole = answered_whole(own.door, STREAMS)
    yield Row(f"{STREAMS} streams at once, whole", str(whole), str(STREAMS), whole == STREAMS)


def _rates(doors: list[Door]) -> Row:
    counts = (CHATS, CHATS, SLOW_CHATS)
    rounds = [
        [rate(door, count, TOGETHER) for door, count in zip(doors, counts, strict=True)]
        for _ in range(RATES)
    ]
    bare, ours, theirs = (median(each) for each in zip(*rounds, strict=True))
    times = median(own / its for _, own, its in rounds)
    what = f"streamed chats a second ({times:.1f}x LiteLLM)"
    return Row(what, f"{ours:.0f}/s", "3x", times >= 3, f"{theirs:.0f}/s", f"{bare:.0f}/s")


def _starts(folder: Path, model: Door, peer: Peer) -> Iterator[Row]:
    pairs = [
        (
            _start(folder / f"all-{number}", model, *EVERY_PROVIDER),
            _start(folder / str(number), model),
        )
        for number in range(STARTS)
    ]
    every, none = (1000 * median(each) for each in zip(*pairs, strict=True))
    ratio = median(one / other for one, other in pairs)
    what = f"start to /health, all providers on ({ratio:.2f}x none)"
    its = f"{peer.seconds:.1f} s"
    yield Row(what, f"{every:.0f} ms", "1.05x", ratio <= 1.05, its, f"{none:.0f} ms")


def _start(folder: Path, model: Door, *names: str) -> float:
    folder.mkdir()
    with running(sqlite_home(folder)) as home:
        assert home.run("migrate").returncode == 0
        return seconds_to_health(home, model, *names)


def _print(row: Row, verdict: str = "") -> None:
    verdict = verdict or ("holds" if row.holds else "misses")
    line = f"{row.what:<49}{row.ours:>9}{row.bar:>8}  {verdict:<8}{row.theirs:>9}{row.bare:>9}"
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
