"""Whether these answers ask for another database or queue than the one that is installed."""

from dataclasses import replace
from urllib.parse import urlsplit

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.secret import Secret

PORTS = {"postgres": 5432, "valkey": 6379}


def changes_database(facts: Facts, answers: Answers) -> bool:
    """Return whether the data that is there would stay behind in another database."""
    url = answers.storage.database_url
    return _changes("postgres", facts.installation.database_url, url, (facts, answers))


def changes_queue(facts: Facts, answers: Answers) -> bool:
    """Return whether the sessions that are there would stay behind in another Valkey."""
    url = answers.storage.valkey_url
    return _changes("valkey", facts.installation.queue_url, url, (facts, answers))


def begins_anew(facts: Facts, answers: Answers) -> bool:
    """Return whether the database that is asked for has nothing of what the installed one has."""
    return changes_database(facts, answers) and not facts.servers.own_database.has_data


def begun_anew(facts: Facts) -> Facts:
    """Return the facts of a run that goes on with another database all the same.

    It needs an administrator, unless it turns out to have accounts of an earlier time.
    """
    installation = replace(facts.installation, needs_setup=True, may_have_users=True)
    return replace(facts, installation=installation)


def _changes(
    service: str, installed_url: str, wanted: Secret | None, known: tuple[Facts, Answers]
) -> bool:
    facts, answers = known
    found = facts.installation
    is_known = found.version and found.tier == answers.tier and answers.tier != "local"
    # A change of the tier is refused anyhow; where nobody has an account yet, nothing is lost.
    if not is_known or found.needs_setup:
        return False
    was_own = service not in found.services
    if not was_own or wanted is None:
        return was_own or wanted is not None
    return bool(installed_url) and _place(service, installed_url) != _place(
        service, wanted.reveal()
    )


def _place(service: str, url: str) -> tuple[str | None, int, str]:
    """Where a server is, whoever signs in there."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or PORTS[service], parts.path.strip("/")
