"""How much of a person's first run is ours: the seconds in which the person waits for the program.

The clock stands still while a person reads and types. It runs from the start of the program to its
home screen, from every answer to the next question, and from the yes until the token works and the
program is over. The start of the gateway counts; the set-up of scripts/install.sh does not.
"""

import time

import pexpect
from tests.e2e.program import DEADLINE, EMAIL, PASSWORD, PROGRAM, Site
from tests.e2e.terminal import ENTER, WINDOW

SECONDS = 2.5
CONVERSATION = (
    ("What would you like to do?", ""),
    ("Model provider API key", ""),
    ("Administrator's e-mail:", EMAIL),
    ("Administrator's password:", PASSWORD),
    ("Confirm password:", PASSWORD),
    ("Apply this plan?", ""),
)


def waited(site: Site) -> float:
    """Install on a bare machine as a person at a terminal does; return the seconds waited."""
    child = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], "install"],
        env=site.environment(**WINDOW),
        timeout=DEADLINE,
        dimensions=(50, 100),
    )
    try:
        seconds = 0.0
        start = time.perf_counter()
        for question, answer in CONVERSATION:
            child.expect_exact(question)
            seconds += time.perf_counter() - start
            start = time.perf_counter()
            child.send(answer + ENTER)
        child.expect_exact("Mosaic is ready")
        child.expect_exact(pexpect.EOF)
        return seconds + time.perf_counter() - start
    finally:
        child.close(force=True)
