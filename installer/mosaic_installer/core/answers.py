"""What the user wants: the fields of `Answers` are the questionnaire, one row per setting."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from mosaic_installer.core.frozen import Field, fields, frozen, is_frozen
from mosaic_installer.core.questionnaire.admin import AdminAnswers
from mosaic_installer.core.questionnaire.agent import AgentAnswers
from mosaic_installer.core.questionnaire.channels import ChannelsAnswers
from mosaic_installer.core.questionnaire.cluster import ClusterAnswers
from mosaic_installer.core.questionnaire.containers import (
    AuthorityAnswers,
    ImagesAnswers,
    WebAnswers,
)
from mosaic_installer.core.questionnaire.gateway import GatewayAnswers
from mosaic_installer.core.questionnaire.installer import InstallerAnswers
from mosaic_installer.core.questionnaire.limits import LimitsAnswers
from mosaic_installer.core.questionnaire.providers import (
    PROVIDER_ROWS,
    ModelsAnswers,
    ProviderAnswers,
)
from mosaic_installer.core.questionnaire.routing import ROUTING_ROWS, RouteAnswers
from mosaic_installer.core.questionnaire.setting import BEGINS_ANEW, RowsByName, Setting
from mosaic_installer.core.questionnaire.sign_on import SignOnAnswers
from mosaic_installer.core.questionnaire.storage import StorageAnswers
from mosaic_installer.core.questionnaire.telemetry import TelemetryAnswers
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tiers import TIER


@frozen
class Answers:
    """Every setting, settled, a field per section; `chosen` names those that somebody chose.

    What is chosen is kept. The order is that of the questionnaire; what a row derives from is
    settled before it (`Earlier`).
    """

    tier: Annotated[
        str,
        Setting(
            key="tier",
            variable="MOSAIC_STORAGE_TIER",
            prompt="Storage tier",
            help="How many people and hosts the installation is for. Data does not move between "
            "tiers by itself.",
            kind=TIER,
            default="local",
        ),
    ]
    gateway: GatewayAnswers
    cluster: ClusterAnswers
    admin: AdminAnswers
    installer: InstallerAnswers
    storage: StorageAnswers
    authority: AuthorityAnswers
    images: ImagesAnswers
    web: WebAnswers
    providers: Annotated[Mapping[str, ProviderAnswers], PROVIDER_ROWS]
    models: ModelsAnswers
    routing: Annotated[Mapping[str, RouteAnswers], ROUTING_ROWS]
    agent: AgentAnswers
    limits: LimitsAnswers
    channels: ChannelsAnswers
    sign_on: SignOnAnswers
    telemetry: TelemetryAnswers
    chosen: frozenset[str] = frozenset()
    begins_anew: bool = False
    """Whether it is agreed to go on with a database that has none of the data that is there."""


Place = tuple[str, ...]
"""The names of the fields that lead to an answer, such as `gateway`, `port`."""


def _mark(row: Field) -> object:
    """Return what makes a field one of the questionnaire: its row, or rows; None for a section."""
    return next(iter(getattr(row.type, "__metadata__", ())), None)


def _rows(section: type) -> Iterator[tuple[Place, Setting]]:
    for row in fields(section):
        match _mark(row):
            case Setting() as setting:
                yield (row.name,), setting
            case RowsByName(rows=named):
                for name, each in named.items():
                    yield from (((row.name, name, part), setting) for part, setting in each.items())
            case _ if isinstance(row.type, type) and is_frozen(row.type):
                yield from (((row.name, *place), each) for place, each in _rows(row.type))


ROWS = tuple(_rows(Answers))
CATALOGUE = {setting.key: setting for _place, setting in ROWS}
"""Setting by key, in the order of the questionnaire."""
PLACES = {setting.key: place for place, setting in ROWS}
"""Where the answer to each setting lies."""

VARIABLES = tuple(setting.variable for setting in CATALOGUE.values())
TERMINAL_VARIABLES = ("MOSAIC_PLAIN", "MOSAIC_REDUCED_MOTION")
"""What the person wants of the terminal; like NO_COLOR no setting of the installation."""
KEPT_SECRETS = tuple(setting for setting in CATALOGUE.values() if setting.is_kept_secret)
"""The secrets that are given once and kept in secrets.toml, each under its `name`."""
SECRET_VARIABLES = tuple(
    name
    for setting in CATALOGUE.values()
    if setting.is_secret
    for name in (setting.variable, f"{setting.variable}_FILE")
)


def given_secrets(answers: Answers) -> dict[str, Secret | None]:
    """Return the secrets as the vault calls them; None for what is not given."""
    kept = {setting.name: value_of(answers, setting.key) for setting in KEPT_SECRETS}
    secrets = {name: value for name, value in kept.items() if isinstance(value, Secret)}
    missing = dict.fromkeys(kept.keys() - secrets.keys())
    return {"admin.password": answers.admin.password, **secrets, **missing}


def value_of(answers: Answers, key: str) -> object:
    """Return the value of the setting named `key`."""
    value: Any = answers
    for name in PLACES[key]:
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    found: object = value
    return found


def values_of(answers: Answers) -> dict[str, object]:
    """Return the value of every setting by key."""
    return {key: value_of(answers, key) for key in CATALOGUE}


def answers_of(values: Mapping[str, object], chosen: frozenset[str]) -> Answers:
    """Return the answers of which `values` has every one by key, each from its row's parser."""
    return Answers(
        **_parts(Answers, values), chosen=chosen, begins_anew=values.get(BEGINS_ANEW) is True
    )


def as_text(value: object) -> str:
    """Return a value as its parser would read it; a secret stays hidden."""
    match value:
        case None:
            return "none"
        case True:
            return "yes"
        case False:
            return "no"
        case _:
            return str(value)


def _parts(section: type, values: Mapping[str, object]) -> dict[str, Any]:
    """Return the fields of a section, or of the answers, with its `values`."""
    parts: dict[str, Any] = {}
    for row in fields(section):
        match _mark(row):
            case Setting(key=key):
                parts[row.name] = values[key]
            case RowsByName(section=each, rows=named):
                parts[row.name] = {
                    name: each(**{part: values[setting.key] for part, setting in rows.items()})
                    for name, rows in named.items()
                }
            case _ if isinstance(row.type, type) and is_frozen(row.type):
                parts[row.name] = row.type(**_parts(row.type, values))
    return parts
