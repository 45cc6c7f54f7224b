"""Single sign-on as values: the providers of identities that these answers turn on."""

from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.sign_on import TITLES

PARTS = ("issuer", "client_id", "client_secret")


@frozen
class SignOn:
    """An OpenID client at a provider of identities. Its secret is not part of it."""

    name: str
    title: str
    issuer: str
    client_id: str
    callback: str
    """The address to register at the provider: people come back there."""


def sign_ons(answers: Answers) -> tuple[SignOn, ...]:
    """Return the providers of identities of which everything is known."""
    return tuple(
        SignOn(
            name=name,
            title=title,
            issuer=str(answers.sign_on.clients[name].issuer),
            client_id=str(answers.sign_on.clients[name].client_id),
            callback=callback_address(answers.sign_on.base_url, name),
        )
        for name, title in TITLES.items()
        if not missing_parts(answers, name)
    )


def missing_parts(answers: Answers, name: str) -> tuple[str, ...]:
    """Return the keys of the settings that the sign-on at `name` still lacks."""
    keys = (f"sign_on.{name}_{part}" for part in PARTS)
    return tuple(key for key in keys if value_of(answers, key) is None)


def callback_address(base: str, name: str) -> str:
    """Return the address that the provider `name` leads people back to."""
    return f"{base}/api/auth/oauth2/callback/{name}"
