"""The sheet a person fills in: what was typed, above all that was given elsewhere."""

from collections.abc import Mapping, Sequence

from mosaic_installer.core.answers import CATALOGUE, as_text, value_of
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.settling.interview import ASKED, Given, Layer, Sketch, sketch


class Sheet:
    """The answers of one conversation; every one of them can be taken back.

    `offered` are texts by key that are proposed where a question is asked, such as those typed
    before an interruption. `begins_anew` is what they agreed to, see `Answers.begins_anew`.
    """

    def __init__(
        self, given: Sequence[Layer], host: Host, offered: Mapping[str, str] | None = None
    ) -> None:
        self.host = host
        self.begins_anew = False
        self._given = tuple(given)
        self._offered = dict(offered or {})
        self._typed: dict[str, Given] = {}

    @property
    def layers(self) -> list[Layer]:
        """Return all that is known, strongest first, for the interview."""
        typed = Layer(values=dict(self._typed), begins_anew=self.begins_anew)
        return [typed, *self._given]

    def look(self) -> Sketch:
        """Return the answers as far as they are known."""
        return sketch(self.layers, self.host)

    def put(self, key: str, text: str, source: str = ASKED) -> None:
        """Note an answer; raises `AnswersError`, noting nothing, where others forbid it."""
        before = dict(self._typed)
        self._typed[key] = Given(text=text, source=source)
        try:
            self.look()
        except Exception:
            self._typed = before
            raise

    def take_back(self, key: str) -> None:
        """Forget what was typed for one setting; a later question offers it again."""
        taken = self._typed.pop(key, None)
        if taken is not None and not CATALOGUE[key].is_secret:
            self._offered[key] = taken.text

    def offer(self, key: str) -> str:
        """Return the text that a question about the setting begins with."""
        value = value_of(self.look().settled.answers, key)
        if CATALOGUE[key].is_secret:
            return ""
        return self._offered.get(key, "") if value is None else as_text(value)

    @property
    def offered(self) -> dict[str, str]:
        """Return the texts that are proposed, by key."""
        return dict(self._offered)

    def holds(self, key: str) -> bool:
        """Whether there is a value for the setting, also one that is not to be shown."""
        return value_of(self.look().settled.answers, key) is not None

    @property
    def typed(self) -> dict[str, str]:
        """Return what was typed, by key; secrets are left out."""
        return {
            key: given.text for key, given in self._typed.items() if not CATALOGUE[key].is_secret
        }

    @property
    def secrets(self) -> list[str]:
        """Return the keys of the secrets that were typed."""
        return [key for key in self._typed if CATALOGUE[key].is_secret]

    @property
    def has_changes(self) -> bool:
        """Return whether anything was typed."""
        return bool(self._typed)
