"""What a run says while it runs: past-tense values that every view renders its own way."""

import re
from collections.abc import Callable

from mosaic_installer.core.frozen import as_dict, frozen
from mosaic_installer.core.share import Share

SCHEMA = 1


@frozen
class StageStarted:
    """The first action of a stage is about to be looked at."""

    stage: str


@frozen
class ActionStarted:
    """An action that is not done yet is about to change something."""

    stage: str
    action: str


@frozen
class ActionProgressed:
    """A running action has something to say: in words, and where it can, as a share."""

    stage: str
    action: str
    text: str
    share: Share | None = None
    stays: bool = False
    """Whether it should still be known when the action is over."""


@frozen
class ActionDone:
    """An action changed what it was to change."""

    stage: str
    action: str


@frozen
class ActionSkipped:
    """An action had nothing to do."""

    stage: str
    action: str


@frozen
class ActionFailed:
    """An action failed in a way that we can explain."""

    stage: str
    action: str
    id: str
    message: str
    hint: str


@frozen
class QuestionAsked:
    """All is installed, and a model is asked one small question through the gateway."""


@frozen
class QuestionAnswered:
    """It answered: which model, why that one, and after how many milliseconds."""

    model: str
    reason: str
    milliseconds: int


@frozen
class QuestionFailed:
    """No model answered; what is installed works all the same."""

    message: str
    hint: str


@frozen
class Finished:
    """The run is over; the last event of every run."""

    ok: bool
    changed: int
    skipped: int
    gateway_url: str
    id: str = ""
    """What went wrong, as docs/errors.md names it; empty where `ok`."""


Event = (
    StageStarted
    | ActionStarted
    | ActionProgressed
    | ActionDone
    | ActionSkipped
    | ActionFailed
    | QuestionAsked
    | QuestionAnswered
    | QuestionFailed
    | Finished
)

Report = Callable[[Event], None]

_NAMES: dict[type[Event], str] = {ActionProgressed: "action_progress"}


def as_document(event: Event) -> dict[str, object]:
    """Return the event as its published JSON object."""
    name = _NAMES.get(type(event)) or re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    return {"schema": SCHEMA, "event": name, **as_dict(event)}
