"""The settings as chapters of a menu: what each holds, how it stands, and its values in short."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from mosaic_installer.core.answers import CATALOGUE, as_text, value_of
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.questionnaire.providers import PROVIDERS
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.questionnaire.sign_on import TITLES
from mosaic_installer.core.settling.interview import DEFAULT, Settled, Sketch

Mark = Literal["needs you", "settled", "default"]
ABOUT_CONTAINERS = ("storage", "authority", "images", "web")
HIDDEN = ("installer",)
SWITCHES = {
    "providers.embeddings_model": "providers.ollama_url",
    **{f"providers.{row.name}_": row.key for row in PROVIDERS},
    "channels.discord_": "channels.discord_bot_token",
    "channels.telegram_": "channels.telegram_bot_token",
    **{f"sign_on.{name}_": f"sign_on.{name}_issuer" for name in TITLES},
    "telemetry.": "telemetry.enabled",
    "images.collector": "telemetry.enabled",
    "images.jaeger": "telemetry.enabled",
    "web.": "web.image",
}
"""The setting that must be given, by the beginning of the keys that mean nothing without it."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A chapter of the menu; `tables` are those of answers.toml, `shown` is always told."""

    name: str
    title: str
    tables: tuple[str, ...]
    shown: tuple[str, ...] = ()


SECTIONS = (
    Section(
        name="storage",
        title="Storage",
        tables=("tier", "storage", "authority", "images"),
        shown=("tier",),
    ),
    Section(name="gateway", title="Gateway", tables=("gateway", "web"), shown=("gateway.port",)),
    Section(name="admin", title="Administrator", tables=("admin",), shown=("admin.email",)),
    Section(name="providers", title="Providers", tables=("providers",)),
    Section(name="agent", title="Agent", tables=("agent",), shown=("agent.name",)),
    Section(name="channels", title="Channels", tables=("channels",)),
    Section(name="sign-on", title="Sign-on", tables=("sign_on",)),
    Section(
        name="telemetry", title="Telemetry", tables=("telemetry",), shown=("telemetry.enabled",)
    ),
)


def settings_of(section: Section, settled: Settled) -> list[Setting]:
    """Return the settings of a section that mean something with the present answers."""
    rows = (setting for setting in CATALOGUE.values() if setting.section in section.tables)
    return [setting for setting in rows if _matters(setting, settled)]


def questions_of(section: Section, settled: Settled, facts: Facts) -> Iterator[Setting]:
    """Yield the settings of a section to ask for one by one: those that would change something."""
    for setting in settings_of(section, settled):
        is_needless = setting.section == "admin" and not facts.installation.needs_setup
        if not is_needless and setting.is_remembered and _is_turned_on(setting, settled):
            yield setting


def mark(section: Section, found: Sketch) -> Mark:
    """Return how a section stands: computed whenever it is shown, kept nowhere."""
    if any(setting.section in section.tables for setting in found.missing):
        return "needs you"
    return "settled" if _differing(section, found.settled) else "default"


def summary(section: Section, settled: Settled) -> str:
    """Return the values of a section in short."""
    first = [shown_value(CATALOGUE[key], settled) for key in section.shown]
    others = [key for key in _differing(section, settled) if key not in section.shown]
    return ", ".join([*first, *(_short(CATALOGUE[key], settled) for key in others)]) or "none"


def shown_value(setting: Setting, settled: Settled) -> str:
    """Return a value for a person to read; a secret only as whether it is given."""
    value = value_of(settled.answers, setting.key)
    if setting.is_secret:
        return "not given" if value is None else "given"
    return as_text(value)


def chosen_settings(settled: Settled) -> Iterable[tuple[Setting, str, str]]:
    """Yield every setting that somebody chose, its value, and the words for where it came from."""
    for key, setting in CATALOGUE.items():
        if settled.sources[key] != DEFAULT and setting.section not in HIDDEN:
            yield setting, shown_value(setting, settled), settled.sources[key]


def _differing(section: Section, settled: Settled) -> list[str]:
    return [
        setting.key
        for setting in CATALOGUE.values()
        if setting.section in section.tables and settled.sources[setting.key] != DEFAULT
    ]


def _matters(setting: Setting, settled: Settled) -> bool:
    if settled.sources[setting.key] != DEFAULT:
        return True
    if not setting.is_remembered or not _is_turned_on(setting, settled):
        return False
    if setting.key in {"authority.port", "images.step_ca"}:
        return settled.answers.tier == "federated"
    if settled.answers.tier != "local":
        return True
    is_of_container = setting.key in {"gateway.image", "gateway.runtime"}
    return setting.section not in ABOUT_CONTAINERS and not is_of_container


def _is_turned_on(setting: Setting, settled: Settled) -> bool:
    switch = next((key for start, key in SWITCHES.items() if setting.key.startswith(start)), "")
    return switch in {"", setting.key} or value_of(settled.answers, switch) not in {None, False}


def _short(setting: Setting, settled: Settled) -> str:
    value = shown_value(setting, settled)
    plain_name = setting.name.replace("_", " ")
    return f"{plain_name} {value}" if setting.is_secret or value in {"none", "yes", "no"} else value
