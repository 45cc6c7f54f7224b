"""Whether these answers ask for another database or queue than the one that is installed."""

from urllib.parse import urlsplit

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.secret import Secret

PORTS = {"postgres": 5432, "valkey": 6379}


def changes_database(facts: Facts, answers: Answers) -> bool:
    """Return whether the data that is there would stay behind in another database."""
    url = answers.storage.database_url
    return _changes("postgres", facts.host.installation.database_url, url, (facts, answers))


def changes_queue(facts: Facts, answers: Answers) -> bool:
    """Return whether the sessions that are there would stay behind in another Valkey."""
    url = answers.storage.valkey_url
    return _changes("valkey", facts.host.installation.queue_url, url, (facts, answers))


def begins_anew(facts: Facts, answers: Answers) -> bool:
    """Return whether the database that is asked for has nothing of what the installed one has.

    Whoever agrees to that needs an administrator: `Answers.begins_anew`.
    """
    found = facts.host.installation
    is_useless = answers.tier == "local" and bool(found.is_database_lost or found.database_damage)
    has_data = facts.around.servers.own_database.has_data
    return is_useless or (changes_database(facts, answers) and not has_data)


def _changes(
    service: str, installed_url: str, wanted: Secret | None, known: tuple[Facts, Answers]
) -> bool:
    facts, answers = known
    found = facts.host.installation
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
