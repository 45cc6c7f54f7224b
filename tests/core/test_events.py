"""Events as JSON objects: the published shapes, which programs rely on."""

import json
from typing import get_args

import pytest

from mosaic_installer.core.events import (
    ActionDone,
    ActionFailed,
    ActionProgressed,
    ActionSkipped,
    ActionStarted,
    Event,
    Finished,
    QuestionAnswered,
    QuestionAsked,
    QuestionFailed,
    StageStarted,
    as_document,
)
from mosaic_installer.core.share import Share

pytestmark = pytest.mark.unit

SHARE = Share(of="a/b:1", phase="downloading", percent=45)
WHERE = {"stage": "Gateway", "action": "Start it"}
DOCUMENTS: list[tuple[Event, dict[str, object]]] = [
    (StageStarted(stage="Gateway"), {"event": "stage_started", "stage": "Gateway"}),
    (ActionStarted(**WHERE), {"event": "action_started", **WHERE}),
    (
        ActionProgressed(**WHERE, text="5 s left", share=None, stays=False),
        {"event": "action_progress", **WHERE, "text": "5 s left", "share": None, "stays": False},
    ),
    (
        ActionProgressed(**WHERE, text=str(SHARE), share=SHARE, stays=True),
        {
            "event": "action_progress",
            **WHERE,
            "text": "a/b:1: downloading 45 %",
            "share": {"of": "a/b:1", "phase": "downloading", "percent": 45},
            "stays": True,
        },
    ),
    (ActionDone(**WHERE), {"event": "action_done", **WHERE}),
    (ActionSkipped(**WHERE), {"event": "action_skipped", **WHERE}),
    (
        ActionFailed(**WHERE, id="cannot-write", message="it broke", hint="mend it"),
        {
            "event": "action_failed",
            **WHERE,
            "id": "cannot-write",
            "message": "it broke",
            "hint": "mend it",
        },
    ),
    (QuestionAsked(), {"event": "question_asked"}),
    (
        QuestionAnswered(model="zai/glm-5.3", reason="a short question: cheap", milliseconds=81),
        {
            "event": "question_answered",
            "model": "zai/glm-5.3",
            "reason": "a short question: cheap",
            "milliseconds": 81,
        },
    ),
    (
        QuestionFailed(message="zai is down", hint="wait"),
        {"event": "question_failed", "message": "zai is down", "hint": "wait"},
    ),
    (
        Finished(ok=True, changed=2, skipped=3, gateway_url="http://127.0.0.1:14242"),
        {
            "event": "finished",
            "ok": True,
            "changed": 2,
            "skipped": 3,
            "gateway_url": "http://127.0.0.1:14242",
            "id": "",
        },
    ),
]


@pytest.mark.parametrize(("event", "document"), DOCUMENTS)
def test_an_event_is_published_in_its_shape(event: Event, document: dict[str, object]) -> None:
    assert json.loads(json.dumps(as_document(event))) == {"schema": 1, **document}


def test_every_kind_of_event_has_a_published_shape() -> None:
    assert {type(event) for event, _ in DOCUMENTS} == set(get_args(Event))
