"""A turn that is being answered."""

from mosaic_gateway.accounts.users import User
from mosaic_gateway.routing.decision import Decision
from mosaic_gateway.turns import recording
from mosaic_gateway.turns.choice import needs_of
from mosaic_gateway.turns.events import Route
from mosaic_gateway.turns.kept import Answer
from mosaic_gateway.turns.question import Asked
from mosaic_gateway.turns.recording import Opened
from mosaic_gateway.usage.calls import Call


class Running:
    """What is known of it while it runs."""

    def __init__(self, user: User, decision: Decision, asked: Asked) -> None:
        self.user = user
        self.decision = decision
        self.asked = asked
        self.opened: Opened | None = None
        self.answer = Answer()
        self.has_said = False
        self._noted_length = 0
        self._noted_at = 0.0
        self._characters = needs_of(asked.told, asked.wish).characters
        self.call = self.begin_call()

    def begin_call(self) -> Call:
        """Return the call of whoever is asked now, which is the one that counts from here on."""
        target, agent = self.decision.chain[0], self.asked.agent
        self.call = Call(
            self.user.id,
            target.provider,
            target.model,
            self._characters,
            (agent.id, agent.name) if agent else None,
        )
        return self.call

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
