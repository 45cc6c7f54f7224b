"""The secrets that the gateway needs, generated once."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.secrets import GenerateSecrets, WriteSecret
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts

TITLE = "Secrets"
SESSION = "session_secret"


def plan(facts: Facts, _answers: Answers) -> Iterator[Action]:
    """Yield the owner file first, then what is derived from it."""
    layout = facts.layout
    yield GenerateSecrets(path=layout.secrets, names=(SESSION,))
    yield WriteSecret(path=layout.session_secret, name=SESSION, owner=layout.secrets)
