"""A call of a provider while it goes on: what it is known to take, or else is taken to."""

from datetime import UTC, datetime
from uuid import uuid4

from mosaic_gateway.models.pieces import Piece, Text, Thinking, ToolPiece, Usage

CHARACTERS_PER_TOKEN = 4
"""About what tokenizers make of English; where a provider does not say how many there were."""
# With these a provider may have worked, and charge for it; with all others it has refused to.
_CHARGED = frozenset({"too-slow", "broken"})


class Call:
    """One call; `characters` are those of all that the model is told.

    `user` is an id, `agent` an id and a name.
    """

    def __init__(
        self,
        user: str,
        provider: str,
        model: str,
        characters: int,
        agent: tuple[str, str] | None = None,
    ) -> None:
        self.id = str(uuid4())
        self.user, self.provider, self.model = user, provider, model
        self.agent_id = agent[0] if agent else None
        self.agent = agent[1] if agent else None
        self.characters = characters
        self.started_at = datetime.now(UTC)
        self.is_asked = False
        self._heard = 0
        self._told: Usage | None = None

    @property
    def foreseen(self) -> Usage:
        """What it takes at least, before anything is known of it."""
        return Usage(tokens_of(self.characters))

    def add(self, piece: Piece) -> None:
        """Count what comes."""
        match piece:
            case Text(text=text) | Thinking(text=text):
                self._heard += len(text)
            case ToolPiece():
                self._heard += len(piece.arguments) + (len(piece.name) if piece.is_first else 0)
            case Usage() if piece.input or piece.output:
                self._told = piece

    def taken(self, *, is_whole: bool, fault: str | None = None) -> tuple[Usage, bool]:
        """What it took, and whether that is an estimate."""
        told, heard = self._told, tokens_of(self._heard)
        if told is not None and is_whole:
            return told, False
        if told is not None:
            return Usage(told.input, max(told.output, heard), told.cached), True
        is_refused = fault is not None and fault not in _CHARGED and not self._heard
        if is_refused or not self.is_asked:
            return Usage(), False
        return Usage(tokens_of(self.characters), heard), True


def tokens_of(characters: int) -> int:
    """About how many there are in so many characters."""
    return -(-characters // CHARACTERS_PER_TOKEN)
