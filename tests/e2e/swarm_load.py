"""Somebody who asks several gateways all the time, and the next one where one refuses: a proxy."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

ASK = """
import json, select, sys, time, urllib.request
urls = sys.argv[1:]
refused = dict.fromkeys(urls, 0)
answered = failed = 0
slowest = 0.0
end = time.monotonic() + 300
while time.monotonic() < end:
    urls.append(urls.pop(0))
    begun = time.monotonic()
    for url in urls:
        try:
            assert urllib.request.urlopen(url, timeout=2).status == 200
            answered += 1
            break
        except (OSError, AssertionError):
            refused[url] += 1
    else:
        failed += 1
    slowest = max(slowest, time.monotonic() - begun)
    if select.select((sys.stdin,), (), (), 0.001)[0]:
        break
else:
    sys.exit("nobody ended this within 300 s")
print(json.dumps([answered, failed, slowest, refused]))
"""


@dataclass(frozen=True)
class Load:
    """How many requests somebody answered, how many nobody did, and what each address refused."""

    answered: int
    failed: int
    slowest: float
    """Seconds that a request took at most, with those who refused it before."""
    refused: Mapping[str, int]

    def __str__(self) -> str:
        each = ", ".join(f"{url}: {count}" for url, count in self.refused.items())
        said = f"{self.answered} answered, {self.failed} by nobody, the slowest in"
        return f"{said} {self.slowest:.2f} s; refused by {each}"


class Asking:
    """What was asked until now; `seen` is there once it has ended."""

    def __init__(self) -> None:
        self.seen = Load(0, 0, 0.0, {})


@contextmanager
def asking(within: Sequence[str], port: int, nodes: Sequence[str]) -> Iterator[Asking]:
    """Ask the gateways on these nodes in turn, from a machine, until this context ends."""
    asked = Asking()
    urls = [f"http://{node}:{port}/health" for node in nodes]
    words = (*within, sys.executable, "-I", "-c", ASK, *urls)
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield asked
        said: list[Any] = json.loads(process.communicate("stop")[0])
    asked.seen = Load(*said)


def answers(within: Sequence[str], port: int, node: str) -> bool:
    """Return whether the gateway at a node's address answers now."""
    with asking(within, port, (node,)) as asked:
        pass
    return asked.seen.answered == 1
