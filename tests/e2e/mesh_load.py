"""Somebody who asks every node of a Swarm all the time; what fails is not asked for elsewhere."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

ASK = """
import http.client, json, sys, threading, time, urllib.parse
least, *urls = sys.argv[1:]
asked, told = [], threading.Event()
def ask(turn):
    while not (told.is_set() and len(asked) >= int(least)):
        turn, begun = turn + 1, time.monotonic()
        url, error = urls[turn % len(urls)], ""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=5)
        try:
            connection.connect()
            connection.sock.settimeout(30)
            connection.request("GET", parts.path)
            status = connection.getresponse().status
            error = "" if status == 200 else str(status)
        except (OSError, http.client.HTTPException) as found:
            error = repr(found)
        connection.close()
        asked.append((url, begun, time.monotonic(), error))
threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(2 * len(urls))]
for thread in threads:
    thread.start()
sys.stdin.read()
told.set()
for thread in threads:
    thread.join()
json.dump(asked, sys.stdout)
"""
"""Connecting may take 5 s; the answer 30, as a program on those machines is slow to start."""


@dataclass(frozen=True)
class Request:
    """What was asked, from when to when (monotonic, in seconds), and what went wrong, if any."""

    url: str
    begun: float
    ended: float
    error: str


@contextmanager
def asking(
    beside: Sequence[str], urls: Sequence[str], *, least: int = 0
) -> Iterator[list[Request]]:
    """Ask each of them in turn, several at a time, at `least` so often and until this ends.

    Then the list is full, also where something fails meanwhile. `beside` are the words that start a
    program where it reaches them.
    """
    requests: list[Request] = []
    words = (*beside, sys.executable, "-I", "-c", ASK, str(least), *urls)
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield requests
        finally:
            requests += [Request(*each) for each in json.loads(process.communicate()[0])]
