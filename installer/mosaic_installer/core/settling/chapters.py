"""The settings as chapters of a menu: what each holds, how it stands, and its values in short."""

from collections.abc import Iterable, Iterator
from typing import Literal

from mosaic_installer.core.answers import CATALOGUE, as_text, value_of, values_of
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire import readers
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.interview import DEFAULT, Settled, Sketch

Mark = Literal["needs you", "settled", "default"]


@frozen
class Chapter:
    """A chapter of the menu; `tables` are those of answers.toml, `shown` is always told."""

    name: str
    title: str
    tables: tuple[str, ...]
    shown: tuple[str, ...] = ()


CHAPTERS = (
    Chapter(
        name="storage",
        title="Storage",
        tables=("tier", "storage", "authority", "images"),
        shown=("tier",),
    ),
    Chapter(
        name="gateway",
        title="Gateway",
        tables=("gateway", "cluster", "web"),
        shown=("gateway.port",),
    ),
    Chapter(name="admin", title="Administrator", tables=("admin",), shown=("admin.email",)),
    Chapter(name="providers", title="Providers", tables=("providers",)),
    Chapter(name="routing", title="Routing", tables=("routing", "limits")),
    Chapter(name="agent", title="Agent", tables=("agent",), shown=("agent.name",)),
    Chapter(name="channels", title="Channels", tables=("channels",)),
    Chapter(name="sign-on", title="Sign-on", tables=("sign_on",)),
    Chapter(
        name="telemetry", title="Telemetry", tables=("telemetry",), shown=("telemetry.enabled",)
    ),
)
TABLES = frozenset(table for chapter in CHAPTERS for table in chapter.tables)
"""What the menu has; the rest is about a run, not about the installation."""


def settings_of(chapter: Chapter, settled: Settled) -> list[Setting]:
    """Return the settings of a chapter that count with the present answers, or were given."""
    values = values_of(settled.answers)
    return [
        setting
        for setting in CATALOGUE.values()
        if setting.section in chapter.tables
        and (_is_given(setting, settled) or (setting.is_remembered and setting.counts(values)))
    ]


def is_offered(chapter: Chapter, settled: Settled) -> bool:
    """Return whether a chapter is in the menu: the gateway uses it, or something of it is given."""
    values = values_of(settled.answers)
    is_wanted = any(readers.is_read(table, values) for table in chapter.tables)
    return bool(settings_of(chapter, settled)) and (is_wanted or _differing(chapter, settled) != [])


def questions_of(chapter: Chapter, settled: Settled, host: Host) -> Iterator[Setting]:
    """Yield the settings of a chapter to ask for one by one: those that would change something."""
    values = values_of(settled.answers)
    for setting in settings_of(chapter, settled):
        needs_none = not (host.installation.needs_setup or settled.answers.begins_anew)
        is_needless = setting.is_for_setup and needs_none
        if not is_needless and setting.is_remembered and setting.counts(values):
            yield setting


def mark(chapter: Chapter, found: Sketch) -> Mark:
    """Return how a chapter stands: computed whenever it is shown, kept nowhere."""
    if any(setting.section in chapter.tables for setting in found.missing):
        return "needs you"
    return "settled" if _differing(chapter, found.settled) else "default"


def summary(chapter: Chapter, settled: Settled) -> str:
    """Return the values of a chapter in short."""
    first = [shown_value(CATALOGUE[key], settled) for key in chapter.shown]
    others = [key for key in _differing(chapter, settled) if key not in chapter.shown]
    short = [_short(CATALOGUE[key], settled, chapter.title) for key in others]
    return ", ".join([*first, *short]) or "none"


def shown_value(setting: Setting, settled: Settled) -> str:
    """Return a value for a person to read; a secret only as whether it is given."""
    value = value_of(settled.answers, setting.key)
    if setting.is_secret:
        return "not given" if value is None else "given"
    return as_text(value)


def chosen_settings(settled: Settled) -> Iterable[tuple[Setting, str, str]]:
    """Yield every setting that somebody chose, its value, and the words for where it came from."""
    for key, setting in CATALOGUE.items():
        if setting.section in TABLES and _is_given(setting, settled):
            yield setting, shown_value(setting, settled), settled.sources[key]


def _differing(chapter: Chapter, settled: Settled) -> list[str]:
    return [
        setting.key
        for setting in CATALOGUE.values()
        if setting.section in chapter.tables and _is_given(setting, settled)
    ]


def _is_given(setting: Setting, settled: Settled) -> bool:
    return settled.sources[setting.key] != DEFAULT


def _short(setting: Setting, settled: Settled, title: str) -> str:
    value = shown_value(setting, settled)
    if setting.is_secret:
        name = setting.prompt.removeprefix(f"{title}'s ")
        return f"{name} {value}"
    plain_name = setting.name.replace("_", " ")
    is_bare = value in {"none", "yes", "no"} or setting.kind.is_number
    return f"{plain_name} {value}" if is_bare else value
