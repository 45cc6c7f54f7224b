"""Checks of what would have to move: nothing does by itself, and nothing is left half-done."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.moves import begins_anew, changes_database, changes_queue
from mosaic_installer.core.containers.published import server_urls
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, warning

IGNORING = "`mosaic install --ignore database-is-the-installed-one`"
# An archive is restored whole or not at all. psql would go on after an error, and exit with 0.
DUMP = "pg_dump --format=custom --enable-row-security"
RESTORE = "pg_restore --single-transaction --no-owner --no-privileges --no-comments"


def tier_is_the_installed_one(facts: Facts, answers: Answers) -> Finding | None:
    """Data does not move by itself from one kind of database to another."""
    installed = facts.host.installation.tier
    if not installed or installed == answers.tier:
        return None
    return error(
        f"tier `{installed}` is installed, and its data would not come along to `{answers.tier}`",
        f"install `{answers.tier}` in another folder with MOSAIC_HOME; or `mosaic uninstall` "
        "first, which keeps the data",
    )


def database_is_the_installed_one(facts: Facts, answers: Answers) -> Finding | None:
    """Nor from one server to another; one that has been given the data is welcome."""
    if not changes_database(facts, answers) or facts.around.servers.own_database.problem:
        return None
    url = server_urls(answers)["postgres"]
    if not begins_anew(facts, answers):
        return warning(
            f"from now on the data is what `{url}` has",
            "the former database stays as it is, until `mosaic uninstall --purge` where it is ours",
        )
    if answers.storage.database_url is not None:
        return error(
            f"the data would not come along to the database `{url}`, which has none of it",
            f"take it there: `mosaic gateway stop`, {_dumped(facts)}, `{RESTORE} --dbname='{url}' "
            f"mosaic.dump`, then run this again; or start afresh there: {IGNORING}",
            consent="Begin with an empty database",
        )
    return error(
        "the data would not come along from your own database into the container",
        f"save it: `mosaic gateway stop`, {_dumped(facts)}; start afresh: {IGNORING}; then "
        f"`mosaic gateway stop`, `docker exec -i {_container(facts)} {RESTORE} --clean --if-exists "
        "--username=mosaic --dbname=mosaic <mosaic.dump` and `mosaic install`",
        consent="Begin with what the container has, or with an empty database",
    )


def queue_is_the_installed_one(facts: Facts, answers: Answers) -> Finding | None:
    """What a queue holds may be lost, but nobody should wonder why."""
    if not changes_queue(facts, answers):
        return None
    return warning(
        "sessions do not come along to the other Valkey: everybody signs in again",
        "you need not do anything: tokens still work, and data is not touched",
    )


def _dumped(facts: Facts) -> str:
    if "postgres" in facts.host.installation.services:
        inside = f"docker exec {_container(facts)} {DUMP} --username=mosaic mosaic"
        return f"`{inside} >mosaic.dump`"
    return f"`{DUMP} --file=mosaic.dump '{facts.host.installation.database_url}'`"


def _container(facts: Facts) -> str:
    """Return how `docker exec` finds PostgreSQL, where it runs."""
    if facts.host.installation.runtime == "swarm":
        # A task's container has a new name with every start, and on every node.
        service = f"com.docker.swarm.service.name={facts.host.project}_postgres"
        return f"$(docker ps --quiet --filter label={service})"
    named = (part.name for part in facts.parts if part.kind == "container")
    ours = (name for name in named if "postgres" in name)
    is_old = facts.around.engine is not None and facts.around.engine.compose_version.startswith(
        "1."
    )
    words = (facts.host.project, "postgres", "1")
    return next(ours, ("_" if is_old else "-").join(words))
