"""Which kind of task a message is: deterministic, without a model, in well under a millisecond."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mosaic_gateway.routing.signs import (
    CODING,
    COMPLEX,
    ENOUGH,
    FENCE,
    RESEARCH,
    SHORT_QUESTION,
    SIMPLE,
    SUMMARY,
    Sign,
    signs_of,
    weight_of,
)

Task = Literal[
    "complex-coding",
    "moderate-coding",
    "simple-coding",
    "research",
    "summarization",
    "conversation",
    "cheap",
    "offline",
]
"""What rules can be written for; nothing but a wish makes a task `offline`."""

UNSURE: Task = "conversation"
LOOKED_AT = 1000
"""Characters of a message's beginning, and of its end, that are read: whoever asks says what for
before or after what is pasted."""
SHORT, LONG = 200, 1500
"""Characters of a request about code that count as few, and as many."""
MANY_LINES = 60
MANY_POINTS = 4
TOLD = 3


MOST_QUESTIONS = 10
"""How far back a conversation is looked at for what it is about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A task, and the signs of it in words."""

    task: Task
    reason: str
    is_sure: bool = True
    """Whether the message itself told; else an earlier one of the conversation may know better."""

    @property
    def sentence(self) -> str:
        """Why it is this task."""
        return f"{self.reason}: {self.task.replace('-', ' ')}"


def read_all(questions: Sequence[str]) -> Reading:
    """Return what the last of somebody's questions asks for, in a conversation of these.

    One without a sign of its own goes on with what was asked before; so does a short one, which is
    cheap only where nothing was asked before.
    """
    latest, *earlier = [*reversed(questions[-MOST_QUESTIONS:])] or [""]
    reading = read(latest)
    if reading.is_sure and not (earlier and reading.task == "cheap"):
        return reading
    for text in earlier:
        before = read(text)
        if before.is_sure and before.task not in {"cheap", "summarization"}:
            return replace(before, reason=f"it goes on with {before.reason}")
    return replace(reading, task=UNSURE) if earlier else reading


def read(text: str) -> Reading:
    """Return what a message asks for.

    Summaries come before code, for code may be what is to be summarised; a short question of a
    fact is cheap; what shows no sign is conversation.
    """
    seen = text if len(text) <= 2 * LOOKED_AT else f"{text[:LOOKED_AT]}\n{text[-LOOKED_AT:]}"
    prose = _without_code(seen)
    if weight_of(summary := signs_of(prose, SUMMARY)) >= ENOUGH:
        return Reading(task="summarization", reason=_told(summary))
    if weight_of(coding := signs_of(seen, CODING)) >= ENOUGH:
        return _coding(text, prose, coding)
    if weight_of(research := signs_of(prose, RESEARCH)) >= ENOUGH:
        return Reading(task="research", reason=_told(research))
    if SHORT_QUESTION.match(text.strip()):
        return Reading(task="cheap", reason="a short question")
    return Reading(task=UNSURE, reason="no sign of a special task", is_sure=False)


def _coding(text: str, prose: str, coding: tuple[Sign, ...]) -> Reading:
    hard = signs_of(prose, COMPLEX)
    if hard:
        return Reading(task="complex-coding", reason=_told((*coding[:1], *hard)))
    if text.count("\n") > MANY_LINES or len(text) > LONG:
        return Reading(task="complex-coding", reason=f"{_told(coding)}, and it is long")
    if sum(line.lstrip()[:2].rstrip(". )").isdigit() for line in prose.splitlines()) >= MANY_POINTS:
        return Reading(task="complex-coding", reason=f"{_told(coding)}, and many points")
    easy = signs_of(prose, SIMPLE)
    if easy and len(text) <= SHORT:
        return Reading(task="simple-coding", reason=_told((*coding[:1], *easy)))
    return Reading(task="moderate-coding", reason=_told(coding))


def _without_code(text: str) -> str:
    """Return a text without its code blocks, whose words are nobody's wish."""
    pieces = FENCE.split(text)
    return "\n".join(pieces[::2])


def _told(signs: tuple[Sign, ...]) -> str:
    words = list(dict.fromkeys(sign.words for sign in signs))[:TOLD]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
