"""When a setting counts: conditions on other settings, which can be met, and be said in words."""

from collections.abc import Mapping

from mosaic_installer.core.frozen import frozen


@frozen(kw_only=False)
class Is:
    """Another setting has one of these values."""

    key: str
    values: tuple[str, ...]


@frozen(kw_only=False)
class With:
    """Another setting is given, or turned on."""

    key: str


@frozen(kw_only=False)
class Without:
    """Another setting is not given, or turned off."""

    key: str


@frozen(kw_only=False)
class WithAny:
    """At least one of several settings is given, or turned on; `words` name them all."""

    keys: tuple[str, ...]
    words: str


@frozen(kw_only=False)
class AnyOf:
    """At least one of several conditions is met."""

    conditions: tuple[Is | With | Without | WithAny, ...]


Condition = Is | With | Without | WithAny | AnyOf

WITH_CONTAINERS = Is("tier", ("standalone", "federated"))
FEDERATED = Is("tier", ("federated",))


def is_met(condition: Condition, answers: Mapping[str, object]) -> bool:
    """Return whether settled `answers`, by key, meet a condition."""
    match condition:
        case Is(key=key, values=values):
            return answers[key] in values
        case With(key=key):
            return answers[key] not in {None, False}
        case Without(key=key):
            return answers[key] in {None, False}
        case WithAny(keys=keys):
            return any(answers[key] not in {None, False} for key in keys)
        case AnyOf(conditions=conditions):
            return any(is_met(each, answers) for each in conditions)


def in_words(conditions: tuple[Condition, ...]) -> str:
    """Return a sentence about conditions that must all be met; empty where there are none."""
    return f"Only {' and '.join(map(_phrase, conditions))}." if conditions else ""


def _phrase(condition: Condition) -> str:
    match condition:
        case Is(key=key, values=values):
            return f"with {key} {' or '.join(f'`{value}`' for value in values)}"
        case With(key=key):
            return f"with `{key}`"
        case Without(key=key):
            return f"without `{key}`"
        case WithAny(words=words):
            return f"with {words}"
        case AnyOf(conditions=conditions):
            return " or ".join(map(_phrase, conditions))
