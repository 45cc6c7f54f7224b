"""A turn that is being answered."""

from collections.abc import Sequence

from mosaic_gateway.accounts.users import User
from mosaic_gateway.models.messages import Message
from mosaic_gateway.routing.decision import Decision, Target
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
        self.told: Sequence[Message] = asked.told
        self.squeezed: dict[Target, int] = {}
        """To whom it was too long, and how many tokens they are taken to read since."""
        self._note = ""
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

    def tell(self, told: Sequence[Message], note: str) -> None:
        """Settle what whoever is asked now is told; `note` says what that is, where not all."""
        self.told, self._note = told, note
        self.call.characters = self._characters

    @property
    def reason(self) -> str:
        """Why they answer, and what they were told of a long conversation."""
        return "; ".join(each for each in (self.decision.reason, self._note) if each)

    @property
    def _characters(self) -> int:
        return needs_of(self.told, self.asked.wish).characters

    @property
    def route(self) -> Route:
        opened, decision = self.opened, self.decision
        return Route(
            opened.conversation if opened else None,
            opened.turn if opened else None,
            str(decision.chain[0]),
            decision.task,
            self.reason,
            self.asked.agent.name if self.asked.agent else None,
        )

    def is_due(self, now: float) -> bool:
        """Whether there is something to note; if so, it counts as noted."""
        is_new = self.answer.length != self._noted_length
        if not is_new and now - self._noted_at < recording.SIGN_OF_LIFE_SECONDS:
            return False
        self._noted_length, self._noted_at = self.answer.length, now
        return True
