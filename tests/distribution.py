"""Which tests one worker runs together, and in what order: nothing shared is made twice."""

import os

import pytest

# Made once for all tests of a file, by whichever worker runs them.
SHARED = frozenset(
    {"built", "file_engine", "new_site", "new_stack", "pushed", "servers", "shared", "swarm_engine"}
)
# Made once for tests of several files; they run one after another.
SHARED_BY_FILES = {
    "standing_standalone": "the standalone installation",
    "standing_federated": "the federated installation",
    # Not shared, but too much for two cores if there were several of them at a time.
    "empty_network": "several engines",
}
SMALL = frozenset({"case", "unit", "receipt", "prompt"})
# What is quick comes first, so that a slip shows early; of the rest, what takes longest.
ORDER = ("case", "unit", "receipt", "prompt", "install", "wizard", "gateway", "call")
WORKERS_PER_CORE = 3
"""Real programs wait for one another most of the time: for a server to start, a check to pass."""


def workers() -> int:
    """Return how many processes `--numprocesses auto` means."""
    return WORKERS_PER_CORE * len(os.sched_getaffinity(0))


class Distribution:
    """Gives tests their groups for xdist, and all workers the same order."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            group = _group(item)
            if group and not item.get_closest_marker("xdist_group"):
                item.add_marker(pytest.mark.xdist_group(group))
        items.sort(key=_turn)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Refuse to run where xdist lost the groups, which nobody would see."""
        if getattr(session.config.option, "loadgroup", False):
            grouped = (item for item in session.items if item.get_closest_marker("xdist_group"))
            if lost := next((item for item in grouped if "@" not in item.nodeid), None):
                raise pytest.UsageError(f"pytest-xdist lost the group of {lost.nodeid}")


def _group(item: pytest.Item) -> str:
    file = item.nodeid.partition("::")[0]
    if _size(item) in SMALL:
        return file
    fixtures = set(getattr(item, "fixturenames", ()))
    for name in SHARED_BY_FILES.keys() & fixtures:
        return SHARED_BY_FILES[name]
    if "kind" in fixtures:
        return f"gateway on {_kind(item)}"
    return f"shared in {file}" if fixtures & SHARED else ""


def _kind(item: pytest.Item) -> str:
    call = getattr(item, "callspec", None)
    return str(call.params.get("kind", "sqlite")) if call else "sqlite"


def _turn(item: pytest.Item) -> tuple[bool, int]:
    """Long groups cannot be divided, so they go before everything."""
    size = _size(item)
    is_long = size not in SMALL and item.get_closest_marker("xdist_group") is not None
    return not is_long, ORDER.index(size)


def _size(item: pytest.Item) -> str:
    return str(dict(item.user_properties)["size"])
