"""The rows of the questionnaire about single sign-on: an OpenID client at each provider."""

from collections.abc import Mapping
from typing import Annotated

from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import With
from mosaic_installer.core.questionnaire.kinds import TEXT
from mosaic_installer.core.questionnaire.pasted import KEY
from mosaic_installer.core.questionnaire.setting import Earlier, RowsByName, Setting
from mosaic_installer.core.questionnaire.web_address import ISSUER, WEB_ADDRESS
from mosaic_installer.core.secret import Secret

TITLES = {"authentik": "Authentik", "workos": "WorkOS", "keycloak": "Keycloak"}
"""The providers of identities by their names in the keys of settings."""


def _base_of_gateway(_host: Host, earlier: Earlier) -> str:
    host = str(earlier["gateway.hostname"])
    return f"http://{f'[{host}]' if ':' in host else host}:{earlier['gateway.port']}"


def _issuer(name: str, title: str) -> Setting:
    return Setting(
        key=f"sign_on.{name}_issuer",
        variable=f"MOSAIC_{name.upper()}_ISSUER",
        prompt=f"{title} issuer URL",
        help=f"{title}'s OpenID issuer URL. Setting it enables single sign-on; its discovery "
        "document is checked.",
        kind=ISSUER,
        default_note=f"none: no sign-on with {title}",
        is_optional=True,
    )


def _client_id(name: str, title: str) -> Setting:
    return Setting(
        key=f"sign_on.{name}_client_id",
        variable=f"MOSAIC_{name.upper()}_CLIENT_ID",
        prompt=f"{title} client ID",
        help=f"The ID of the client you registered at {title}.",
        kind=TEXT,
        when=(With(f"sign_on.{name}_issuer"),),
        default_note=f"none: no sign-on with {title}",
        is_optional=True,
    )


def _client_secret(name: str, title: str) -> Setting:
    return Setting(
        key=f"sign_on.{name}_client_secret",
        variable=f"MOSAIC_{name.upper()}_CLIENT_SECRET",
        prompt=f"{title} client secret",
        help=f"The secret of the client you registered at {title}; `none` removes it.",
        kind=KEY,
        when=(With(f"sign_on.{name}_issuer"),),
        default_note=f"none: no sign-on with {title}",
        is_optional=True,
    )


@frozen
class SignOnClient:
    """What the gateway is known by at one provider of identities."""

    issuer: str | None
    client_id: str | None
    client_secret: Secret | None


CLIENT_ROWS = RowsByName(
    section=SignOnClient,
    rows={
        name: {
            "issuer": _issuer(name, title),
            "client_id": _client_id(name, title),
            "client_secret": _client_secret(name, title),
        }
        for name, title in TITLES.items()
    },
)


@frozen
class SignOnAnswers:
    """Who else may vouch for people."""

    base_url: Annotated[
        str,
        Setting(
            key="sign_on.base_url",
            variable="MOSAIC_SIGN_ON_BASE_URL",
            prompt="Public gateway URL",
            help="Where browsers reach the gateway. Register "
            "`<URL>/api/auth/oauth2/callback/<provider>` as the callback at the provider.",
            kind=WEB_ADDRESS,
            default=_base_of_gateway,
            default_note="`http://<gateway.hostname>:<gateway.port>`",
        ),
    ]
    clients: Annotated[Mapping[str, SignOnClient], CLIENT_ROWS]
