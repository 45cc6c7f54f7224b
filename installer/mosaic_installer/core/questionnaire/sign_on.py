"""The rows of the questionnaire about single sign-on: an OpenID client at each provider."""

from dataclasses import dataclass
from typing import Annotated

from mosaic_installer.core.facts import Facts
from mosaic_installer.core.questionnaire.pasted import parse_key
from mosaic_installer.core.questionnaire.setting import Draft, Setting, parse_text
from mosaic_installer.core.questionnaire.web_address import parse_issuer, parse_web_address
from mosaic_installer.core.secret import Secret


def _base_of_gateway(_facts: Facts, draft: Draft) -> str:
    host = str(draft["gateway.hostname"])
    return f"http://{f'[{host}]' if ':' in host else host}:{draft['gateway.port']}"


def _issuer(name: str, title: str) -> Setting:
    return Setting(
        key=f"sign_on.{name}_issuer",
        variable=f"MOSAIC_{name.upper()}_ISSUER",
        prompt=f"Issuer of {title}",
        help=f"Turns sign-on with {title} on: its OpenID issuer. The document that it publishes "
        "is looked at.",
        parse=parse_issuer,
        default_note=f"none: no sign-on with {title}",
        is_optional=True,
    )


def _client_id(name: str, title: str) -> Setting:
    return Setting(
        key=f"sign_on.{name}_client_id",
        variable=f"MOSAIC_{name.upper()}_CLIENT_ID",
        prompt=f"Client id at {title}",
        help=f"What {title} knows the gateway by.",
        parse=parse_text,
        default_note=f"none: no sign-on with {title}",
        is_optional=True,
    )


def _client_secret(name: str, title: str) -> Setting:
    return Setting(
        key=f"sign_on.{name}_client_secret",
        variable=f"MOSAIC_{name.upper()}_CLIENT_SECRET",
        prompt=f"Client secret at {title}",
        help=f"What the gateway proves itself to {title} with; `none` removes it.",
        parse=parse_key,
        default_note=f"none: no sign-on with {title}",
        is_secret=True,
        is_optional=True,
    )


@dataclass(frozen=True, kw_only=True)
class SignOnAnswers:
    """Who else may vouch for people."""

    sign_on_base_url: Annotated[
        str,
        Setting(
            key="sign_on.base_url",
            variable="MOSAIC_SIGN_ON_BASE_URL",
            prompt="Address that browsers reach the gateway by",
            help="Sign-on leads back there: `<address>/api/auth/oauth2/callback/<provider>` is "
            "what to register at the provider.",
            parse=parse_web_address,
            default=_base_of_gateway,
            default_note="`http://<gateway.hostname>:<gateway.port>`",
        ),
    ]
    sign_on_authentik_issuer: Annotated[str | None, _issuer("authentik", "Authentik")]
    sign_on_authentik_client_id: Annotated[str | None, _client_id("authentik", "Authentik")]
    sign_on_authentik_client_secret: Annotated[
        Secret | None, _client_secret("authentik", "Authentik")
    ]
    sign_on_workos_issuer: Annotated[str | None, _issuer("workos", "WorkOS")]
    sign_on_workos_client_id: Annotated[str | None, _client_id("workos", "WorkOS")]
    sign_on_workos_client_secret: Annotated[Secret | None, _client_secret("workos", "WorkOS")]
    sign_on_keycloak_issuer: Annotated[str | None, _issuer("keycloak", "Keycloak")]
    sign_on_keycloak_client_id: Annotated[str | None, _client_id("keycloak", "Keycloak")]
    sign_on_keycloak_client_secret: Annotated[Secret | None, _client_secret("keycloak", "Keycloak")]
