"""A turn that is being answered."""

from mosaic_gateway.routing.decision import Decision
from mosaic_gateway.turns import recording
from mosaic_gateway.turns.events import Route
from mosaic_gateway.turns.kept import Answer
from mosaic_gateway.turns.question import Asked
from mosaic_gateway.turns.recording import Opened


class Running:
    """What is known of it while it runs."""

    def __init__(self, decision: Decision, asked: Asked) -> None:
        self.decision = decision
        self.asked = asked
        self.opened: Opened | None = None
        self.answer = Answer()
        self.has_said = False
        self._noted_length = 0
        self._noted_at = 0.0

    @property
    def route(self) -> Route:
        opened, decision = self.opened, self.decision
        return Route(
            opened.conversation if opened else None,
            opened.turn if opened else None,
            str(decision.chain[0]),
            decision.task,
            decision.reason,
            self.asked.agent.name if self.asked.agent else None,
        )

    def is_due(self, now: float) -> bool:
        """Whether there is something to note; if so, it counts as noted."""
        is_new = self.answer.length != self._noted_length
        if not is_new and now - self._noted_at < recording.SIGN_OF_LIFE_SECONDS:
            return False
        self._noted_length, self._noted_at = self.answer.length, now
        return True
