"""One row of the questionnaire."""

from collections.abc import Callable, Mapping

from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.questionnaire.conditions import Condition, in_words, is_met
from mosaic_installer.core.questionnaire.kinds import Kind
from mosaic_installer.core.questionnaire.readers import NOT_YET, unread

Earlier = Mapping[str, object]
"""The answers settled so far, by key: what a default or a condition may look at.

All that look at no other are among them, whatever their place, and of the rest those before."""
BEGINS_ANEW = "begins_anew"
"""Their key for what is agreed to, but is no setting: see `Answers.begins_anew`."""


def never(_host: Host, _earlier: Earlier) -> bool:
    """Say that the default is good enough, whatever the machine."""
    return False


@frozen
class Setting:
    """One setting: prompt, kind, default, variable, `--set` key and rows in file and docs.

    `default` is text for the kind's parser, a function of the host and earlier answers that
    gives such text (None: there is none), or None. A setting without a default is required when
    `asks` says so; otherwise it is None. `asks` tells whether a person is to be asked.
    """

    key: str
    variable: str
    prompt: str
    help: str
    kind: Kind
    default: str | Callable[[Host, Earlier], str | None] | None = None
    default_note: str = ""
    asks: Callable[[Host, Earlier], bool] = field(default=never)
    when: tuple[Condition, ...] = ()
    """What must be met for it to count; else it is neither shown nor asked for."""
    is_for_setup: bool = False
    """Whether it counts only as long as the gateway has no administrator."""
    own_example: str = ""
    """Where an example of its kind would not do."""
    is_optional: bool = False
    """Whether "none" is an answer."""
    is_for_gateway: bool = True
    """Whether a kept secret is handed to the gateway: what only we use stays in secrets.toml."""
    is_remembered: bool = True
    """Whether the answer is kept in answers.toml; secrets never are."""

    @property
    def section(self) -> str:
        """The table in answers.toml, and the heading in the documentation."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The row inside its table."""
        return self.key.rpartition(".")[2]

    @property
    def is_secret(self) -> bool:
        """Whether no file but the secrets' own may have it, and nobody is shown it."""
        return self.kind.is_secret

    @property
    def meaning(self) -> str:
        """What it means, and when it counts, in sentences."""
        accepted = "" if self.kind.accepts in self.help else self.kind.accepts
        return " ".join(filter(None, (self.told, in_words(self.when), accepted)))

    @property
    def told(self) -> str:
        """What a person is told who is asked: what it means, and whether anything comes of it."""
        return f"{self.help} {NOT_YET}" if unread(self.key) else self.help

    @property
    def example(self) -> str:
        """A text that is accepted, and is not the default."""
        parse = self.kind.parse
        default = parse(self.default) if isinstance(self.default, str) else None
        return self.own_example or next(t for t in self.kind.examples if parse(t) != default)

    @property
    def looks_at_others(self) -> bool:
        """Whether the host or other answers decide on its default, or on whether it is asked."""
        return callable(self.default) or self.asks is not never

    @property
    def is_kept_secret(self) -> bool:
        """Whether it is kept in secrets.toml; one that must be given is needed only once."""
        return self.is_secret and self.is_optional and self.is_remembered

    def counts(self, answers: Mapping[str, object]) -> bool:
        """Return whether it means something beside these settled answers, by key."""
        return all(is_met(condition, answers) for condition in self.when)

    def default_text(self, host: Host, earlier: Earlier) -> str | None:
        """Return the default as text for `parse`, or None."""
        return self.default(host, earlier) if callable(self.default) else self.default


@frozen
class RowsByName:
    """The rows of several things of a kind, each a `section`: by name, and by its fields."""

    section: type
    rows: Mapping[str, Mapping[str, Setting]]
