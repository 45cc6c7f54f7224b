"""What the user wants: the fields of `Answers` are the questionnaire, one row per setting."""

from dataclasses import dataclass, fields
from typing import Annotated, get_args, get_type_hints

from mosaic_installer.core.facts import Facts
from mosaic_installer.core.questionnaire.agent import AgentAnswers
from mosaic_installer.core.questionnaire.channels import ChannelAnswers
from mosaic_installer.core.questionnaire.containers import ContainerAnswers
from mosaic_installer.core.questionnaire.providers import ProviderAnswers
from mosaic_installer.core.questionnaire.setting import (
    Draft,
    Setting,
    parse_address,
    parse_email,
    parse_hostname,
    parse_name,
    parse_origin,
    parse_password,
    parse_port,
    parse_text,
    parse_yes_no,
)
from mosaic_installer.core.questionnaire.sign_on import SignOnAnswers
from mosaic_installer.core.questionnaire.telemetry import TelemetryAnswers
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.tiers import TIERS, parse_tier

DEFAULT_PORT = 14242
RUNTIMES = ("process", "container")


def parse_runtime(text: str) -> str:
    """Accept what the gateway runs as."""
    if text not in RUNTIMES:
        raise ValueError("a runtime is `process` or `container`")
    return text


def _needs_administrator(facts: Facts, _draft: Draft) -> bool:
    return facts.installation.needs_setup


def _origin_of_hostname(_facts: Facts, draft: Draft) -> str:
    return f"http://{draft['gateway.hostname']}:3000"


def _runtime_of_tier(_facts: Facts, draft: Draft) -> str:
    return "process" if draft["tier"] == "local" else "container"


def _name_of_email(_facts: Facts, draft: Draft) -> str | None:
    email = draft.get("admin.email")
    return str(email).partition("@")[0] if email else None


@dataclass(frozen=True, kw_only=True)
class Answers(
    TelemetryAnswers,
    SignOnAnswers,
    ChannelAnswers,
    AgentAnswers,
    ProviderAnswers,
    ContainerAnswers,
):
    """Every setting, settled. `chosen` names those that somebody chose, so that are kept."""

    tier: Annotated[
        str,
        Setting(
            key="tier",
            variable="MOSAIC_STORAGE_TIER",
            prompt="Storage tier",
            help="local: one person, nothing else installed. standalone: one host, a team. "
            "federated: several hosts, several gateways.",
            parse=parse_tier,
            default="local",
            choices=TIERS,
        ),
    ]
    gateway_port: Annotated[
        int,
        Setting(
            key="gateway.port",
            variable="MOSAIC_GATEWAY_PORT",
            prompt="Port of the gateway",
            help="The TCP port that the gateway listens on. It must be free, or ours already.",
            parse=parse_port,
            default=str(DEFAULT_PORT),
        ),
    ]
    gateway_bind: Annotated[
        str,
        Setting(
            key="gateway.bind",
            variable="MOSAIC_GATEWAY_BIND",
            prompt="Address that the gateway listens on",
            help="127.0.0.1 is for this machine only; any other address opens the gateway to "
            "others, so put a proxy with TLS before it.",
            parse=parse_address,
            default="127.0.0.1",
        ),
    ]
    gateway_hostname: Annotated[
        str,
        Setting(
            key="gateway.hostname",
            variable="MOSAIC_HOSTNAME",
            prompt="Name that people reach this machine by",
            help="The host name in the address that people type into their browser.",
            parse=parse_hostname,
            default="localhost",
        ),
    ]
    gateway_cors_origin: Annotated[
        str,
        Setting(
            key="gateway.cors_origin",
            variable="MOSAIC_CORS_ORIGIN",
            prompt="Web addresses that may talk to the gateway",
            help="The origins of the web dashboard, separated by commas; browsers on any other "
            "page are refused.",
            parse=parse_origin,
            default=_origin_of_hostname,
            default_note="`http://<gateway.hostname>:3000`",
        ),
    ]
    gateway_runtime: Annotated[
        str,
        Setting(
            key="gateway.runtime",
            variable="MOSAIC_GATEWAY_RUNTIME",
            prompt="What the gateway runs as",
            help="A process of this user, or a container.",
            parse=parse_runtime,
            default=_runtime_of_tier,
            default_note="`process` with tier `local`, else `container`",
            choices=RUNTIMES,
        ),
    ]
    gateway_image: Annotated[
        str | None,
        Setting(
            key="gateway.image",
            variable="MOSAIC_GATEWAY_IMAGE",
            prompt="Image of the gateway",
            help="A container image that replaces the one built on this machine; only with "
            "runtime `container`.",
            parse=parse_text,
            default_note="built on this machine",
            is_optional=True,
        ),
    ]
    admin_email: Annotated[
        str | None,
        Setting(
            key="admin.email",
            variable="MOSAIC_ADMIN_EMAIL",
            prompt="Administrator's e-mail",
            help="What the first administrator signs in with. Needed on the first install only.",
            parse=parse_email,
            default_note="required on the first install",
            asks=_needs_administrator,
        ),
    ]
    admin_name: Annotated[
        str | None,
        Setting(
            key="admin.name",
            variable="MOSAIC_ADMIN_NAME",
            prompt="Administrator's name",
            help="What the first administrator is called.",
            parse=parse_name,
            default=_name_of_email,
            default_note="the part of `admin.email` before the @",
        ),
    ]
    admin_password: Annotated[
        Secret | None,
        Setting(
            key="admin.password",
            variable="MOSAIC_ADMIN_PASSWORD",
            prompt="Administrator's password",
            help="8 to 128 characters. Needed on the first install only, and never written down.",
            parse=parse_password,
            is_secret=True,
            default_note="required on the first install",
            asks=_needs_administrator,
        ),
    ]
    installer_home: Annotated[
        str | None,
        Setting(
            key="installer.home",
            variable="MOSAIC_HOME",
            prompt="Folder of the installation",
            help="One folder for configuration, data and state together.",
            parse=parse_text,
            default_note="the user's own configuration, data and state folders",
            is_optional=True,
            is_remembered=False,
        ),
    ]
    installer_auto_ports: Annotated[
        bool,
        Setting(
            key="installer.auto_ports",
            variable="MOSAIC_AUTO_PORTS",
            prompt="Take other ports where these are taken",
            help="Take the next free port instead of refusing one that another program holds.",
            parse=parse_yes_no,
            default="no",
            is_remembered=False,
        ),
    ]
    installer_assume_yes: Annotated[
        bool,
        Setting(
            key="installer.assume_yes",
            variable="MOSAIC_ASSUME_YES",
            prompt="Ask nothing",
            help="Never ask: take what is given, report everything that is missing at once.",
            parse=parse_yes_no,
            default="no",
            is_remembered=False,
        ),
    ]
    chosen: frozenset[str] = frozenset()


def _rows() -> dict[str, Setting]:
    hints = get_type_hints(Answers, include_extras=True)
    # The rows of this class come first: what a mixin's rows derive from must be settled before.
    names = dict.fromkeys((*Answers.__annotations__, *(row.name for row in fields(Answers))))
    rows: dict[str, Setting] = {}
    for name in names:
        for mark in get_args(hints[name]):
            if isinstance(mark, Setting):
                rows[name] = mark
    return rows


FIELDS = _rows()
"""Setting by name of its field."""

CATALOGUE = {setting.key: setting for setting in FIELDS.values()}
"""Setting by key, in the order of the questionnaire."""

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
    return {"admin.password": answers.admin_password, **secrets, **missing}


def value_of(answers: Answers, key: str) -> object:
    """Return the value of the setting named `key`."""
    name = next(name for name, setting in FIELDS.items() if setting.key == key)
    value: object = getattr(answers, name)
    return value


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
