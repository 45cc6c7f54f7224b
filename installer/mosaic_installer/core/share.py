"""What a running action says: how far it is, in words or as a share, and what is to be known."""

from collections.abc import Callable
from typing import Literal

from mosaic_installer.core.frozen import frozen

Phase = Literal["downloading", "extracting", "uploading", "done"]


@frozen
class Share:
    """How far one of several things is that an action does side by side.

    What it is `of` (an image, say), what happens to it, and how much of that is over.
    """

    of: str
    phase: Phase
    percent: int

    @property
    def is_done(self) -> bool:
        return self.phase == "done"

    def __str__(self) -> str:
        return f"{self.of}: {self.phase}" + ("" if self.is_done else f" {self.percent} %")


@frozen
class Remark:
    """What a person should still know when the action is over."""

    text: str

    def __str__(self) -> str:
        return self.text


Said = str | Share | Remark
Tell = Callable[[Said], None]
"""Takes what a running action has to say."""
