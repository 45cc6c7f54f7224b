"""What a program in a container of its own said, on engines that keep logs in other ways."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from mosaic_installer.machine.engine.one_program import words_of

pytestmark = pytest.mark.unit


class Daemon:
    """An engine whose log driver of its own gives nothing back: `none`, or one of a vendor."""

    def __init__(self) -> None:
        self.containers = self
        self.there: set[str] = set()

    def create(self, image: str, *, log_config: Any = None, **_: Any) -> Any:
        self.there.add(image)
        kept = b"17\n" if log_config and log_config.type == "json-file" else b""
        return SimpleNamespace(
            start=lambda: None,
            wait=lambda *, timeout: {"StatusCode": 0},
            logs=lambda: kept,
            remove=lambda *, force: self.there.discard(image),
        )


def test_its_words_are_read_whatever_the_engine_keeps_logs_with() -> None:
    daemon = Daemon()
    assert words_of(cast("Any", daemon), "a:1", ("cat", "PG_VERSION")) == "17\n"
    assert not daemon.there
