"""Ways to lose an engine that has its machine to itself; `start` brings it back, or `thaw`."""

from contextlib import suppress

import psutil
from tests.e2e.second_engine import DEADLINE, SecondEngine


def lose_power(engine: SecondEngine) -> None:
    """End it and all that runs on its machine at once; its disk stays."""
    engine.kill()
    left = psutil.Process(engine.first).children(recursive=True)
    doomed = [one for one in left if one.name() != "cat"]  # that one holds the machine
    for process in doomed:
        with suppress(psutil.NoSuchProcess):  # containers go with their first process
            process.kill()
    psutil.wait_procs(doomed, timeout=DEADLINE)


def stop(engine: SecondEngine) -> None:
    """Let it end in an orderly way, its containers first."""
    _starter, program, *_others = engine.programs()
    program.terminate()
    psutil.wait_procs([program], timeout=DEADLINE)
    engine.kill()


def freeze(engine: SecondEngine) -> None:
    """Let it stand still; its containers go on."""
    _starter, *programs = engine.programs()
    for process in programs:
        process.suspend()


def thaw(engine: SecondEngine) -> None:
    """Let it go on, and what started it, which stops with it (nsenter(1))."""
    for process in reversed(engine.programs()):
        process.resume()
