"""Somebody on another machine who uses a gateway: is it ready, and does it have what I said?"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.engine.engine import run

ASK = """
import json, sys, time, urllib.error, urllib.request

url, token, wanted, data, seconds = json.load(sys.stdin)
end = time.monotonic() + seconds
while True:
    content = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, data=content)
    request.add_header("Authorization", "Bearer " + token)
    request.add_header("Content-Type", "application/json")
    try:
        answer = urllib.request.urlopen(request, timeout=5)
        status, said = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, said = error.code, error.read().decode()
    except OSError as error:
        status, said = 0, str(error)
    if status == wanted:
        break
    if time.monotonic() > end:
        sys.exit(f"{url}: {status} {said}")
    time.sleep(0.1)
print(said)
"""
STAY = """
import select, sys, urllib.request

answered = failed = 0
while not select.select((sys.stdin,), (), (), 0.05)[0]:
    try:
        answered += urllib.request.urlopen(sys.argv[1], timeout=5).status == 200
    except OSError:
        failed += 1
print(answered, failed)
"""


@dataclass
class Visits:
    """How many requests were answered as they should be, and how many were not."""

    answered: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Visitor:
    """Who comes from a machine, by the words that start a program there, to a gateway."""

    within: Sequence[str]
    url: str
    token: str

    def waits_until_ready(self, seconds: float) -> None:
        self._ask("/health/ready", 200, None, seconds)

    def remember(self, text: str) -> None:
        self._ask("/api/memories", 201, {"text": text}, 0)

    def remembered(self) -> int:
        """Return how many memories there are, a hundred at most."""
        return len(json.loads(self._ask("/api/memories?limit=100", 200, None, 0)))

    @contextmanager
    def staying(self) -> Iterator[Visits]:
        """Ask whether it is ready all the time; what came of it is told in the end."""
        visits = Visits()
        words = (*self.within, sys.executable, "-I", "-c", STAY, f"{self.url}/health/ready")
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as stays:
            yield visits
            visits.answered, visits.failed = map(int, stays.communicate("stop")[0].split())

    def _ask(self, path: str, wanted: int, data: object, seconds: float) -> str:
        words = json.dumps((self.url + path, self.token, wanted, data, seconds))
        return run(*self.within, sys.executable, "-I", "-c", ASK, stdin=words).stdout
