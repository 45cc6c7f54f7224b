"""Settle every answer: typed, given, remembered or default; and remember where it came from."""

from collections.abc import Iterator, Sequence

from mosaic_installer.core.answers import CATALOGUE, Answers, answers_of
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.frozen import field, frozen
from mosaic_installer.core.questionnaire.setting import BEGINS_ANEW, Earlier, Setting
from mosaic_installer.core.tiers import OLD_NAMES, TIER
from mosaic_installer.errors import AnswersError

DEFAULT = "default"
ASKED = "asked"
REMEMBERED = "answers.toml"
CORRECT = "correct that, then run this again; nothing was changed"
"""The hint where what a setting accepts would not help."""


@frozen
class Given:
    """A value as text, and the words for where it was found, such as `MOSAIC_GATEWAY_PORT`.

    One whose source is `DEFAULT` is better than the row's own default, and nobody's choice.
    """

    text: str = field(repr=False)
    source: str


@frozen
class Layer:
    """What one source gives, by key. `problems` are what could not even be read there."""

    values: dict[str, Given] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    begins_anew: bool = False
    """Whether it agrees to a database that has none of the data that is there."""


@frozen
class Problem:
    """What is wrong with an answer, in a sentence."""

    said: str
    key: str = ""
    """The setting, where what it accepts would help."""


@frozen
class Settled:
    """Every answer, and the source of each by key."""

    answers: Answers
    sources: dict[str, str]
    deprecations: tuple[str, ...] = ()
    """Sentences about old names that were used."""


@frozen
class Sketch:
    """The answers as far as they are known: those that only a person can give may be missing."""

    settled: Settled
    missing: tuple[Setting, ...]
    problems: tuple[Problem, ...] = ()


def settle(layers: Sequence[Layer], host: Host) -> Settled:
    """Settle every setting; `layers` come strongest first.

    Raises `AnswersError` with *all* missing and invalid answers, each with the line that would
    settle it.
    """
    found = _sketched(layers, host)
    problems = [*found.problems, *map(_missing, found.missing)]
    if problems:
        raise _all_of(problems)
    return found.settled


def sketch(layers: Sequence[Layer], host: Host) -> Sketch:
    """Settle what can be settled without asking; raises `AnswersError` where something is wrong."""
    found = _sketched(layers, host)
    if found.problems:
        raise _all_of(found.problems)
    return found


def refuse_invalid(layers: Sequence[Layer]) -> None:
    """Raise `AnswersError` with all that is wrong with what `layers` give, if anything is."""
    problems = _problems(layers)
    if problems:
        raise _all_of(problems)


def nearest(name: str, names: Sequence[str]) -> str:
    """Return `; did you mean …?` for a name that is nearly one of `names`, or nothing."""
    from difflib import get_close_matches

    close = [known for known in names if known.rpartition(".")[2] == name]
    close = close or get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean `{close[0]}`?" if close else ""


def _sketched(layers: Sequence[Layer], host: Host) -> Sketch:
    problems = _problems(layers)
    wrong = {problem.key for problem in problems}
    given = {key: value for key, value in _merged(layers).items() if key not in wrong}
    begins_anew = any(layer.begins_anew for layer in layers)
    draft: dict[str, object] = {BEGINS_ANEW: begins_anew}
    sources: dict[str, str] = {}
    missing: list[Setting] = []
    # What looks at others comes after those that look at none.
    for setting in sorted(CATALOGUE.values(), key=lambda each: each.looks_at_others):
        try:
            draft[setting.key], sources[setting.key] = _answer(
                setting, given.get(setting.key), (host, draft)
            )
        except _NobodyKnows:
            if setting.key not in wrong:
                missing.append(setting)
            draft[setting.key], sources[setting.key] = None, DEFAULT
        except ValueError as problem:
            problems.append(Problem(said=str(problem), key=setting.key))
            draft[setting.key], sources[setting.key] = None, DEFAULT
    chosen = frozenset(key for key, source in sources.items() if source != DEFAULT)
    old = tuple(_deprecations(given))
    sources = {key: sources[key] for key in CATALOGUE}
    settled = Settled(answers=answers_of(draft, chosen), sources=sources, deprecations=old)
    return Sketch(settled=settled, missing=tuple(missing), problems=tuple(problems))


class _NobodyKnows(Exception):
    """The setting has no default, and there is nobody to ask."""


def _merged(layers: Sequence[Layer]) -> dict[str, Given]:
    merged: dict[str, Given] = {}
    for layer in layers:
        for key, given in layer.values.items():
            merged.setdefault(key, given)
    return merged


def _problems(layers: Sequence[Layer]) -> list[Problem]:
    """Return what is wrong with what is given, whatever else is."""
    unread = [Problem(said=said) for layer in layers for said in layer.problems]
    return [*unread, *_invalid(_merged(layers))]


def _invalid(given: dict[str, Given]) -> Iterator[Problem]:
    for key, value in given.items():
        try:
            parse(CATALOGUE[key], value.text)
        except ValueError as problem:
            text = value.text.encode(errors="replace").decode()
            shown = "" if CATALOGUE[key].is_secret else f" `{text}`:"
            yield Problem(said=f"{value.source}:{shown} {problem}", key=key)


def is_none(setting: Setting, text: str) -> bool:
    """Return whether the answer is that there is to be none, where that is an answer."""
    return setting.is_optional and text.strip().lower() in {"", "none"}


def parse(setting: Setting, text: str) -> object:
    """Parse an answer; "none" (or nothing at all) is an answer where the setting is optional."""
    if is_none(setting, text):
        return None
    try:
        # Bytes that Python could not read in the locale arrive like this; no file could keep them.
        text = text.encode(errors="surrogateescape").decode()
    except UnicodeError:
        raise ValueError("this must be UTF-8 text") from None
    return setting.kind.parse(text)


def _answer(
    setting: Setting, given: Given | None, known: tuple[Host, Earlier]
) -> tuple[object, str]:
    if given is not None:
        return parse(setting, given.text), given.source
    default = setting.default_text(*known)
    if default is not None:
        return _derived(setting, default), DEFAULT
    if setting.asks(*known):
        raise _NobodyKnows
    return None, DEFAULT


def _deprecations(given: dict[str, Given]) -> Iterator[str]:
    tier = given.get("tier")
    if tier is not None and tier.text.strip().lower() in OLD_NAMES:
        now = TIER.parse(tier.text)
        yield f"{tier.source}: `{tier.text}` is the old name of tier `{now}`"


def _derived(setting: Setting, default: str) -> object:
    try:
        return parse(setting, default)
    except ValueError as problem:
        raise ValueError(f"the default of {setting.key} does not do: {problem}") from None


def _missing(setting: Setting) -> Problem:
    way = (
        f"{setting.variable}_FILE to a file that holds it"
        if setting.is_secret
        else f"give `--set {setting.key}=…`"
    )
    said = f"{setting.key} is missing: set {setting.variable}, or {way}"
    return Problem(said=said, key=setting.key)


def _all_of(problems: Sequence[Problem]) -> AnswersError:
    keys = [problem.key for problem in problems if problem.key]
    hint = f"`mosaic config explain {keys[0]}` says what that setting accepts" if keys else CORRECT
    if len(problems) == 1:
        return AnswersError(problems[0].said, hint)
    lines = "".join(f"\n  - {problem.said}" for problem in problems)
    others = "; the same goes for the others" if len(keys) > 1 else ""
    return AnswersError(f"{len(problems)} settings need you:{lines}", hint + others)
