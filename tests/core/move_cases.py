"""The cases of the checks that compare answers with what is installed: no data moves by itself."""

from itertools import permutations

from tests.core.container_cases import IN_CONTAINERS, IN_OWN, MOVED, OWN_QUEUE, STANDALONE, URL
from tests.core.expected import Found, Silent

from mosaic_installer.core.facts.servers import Server, Servers
from mosaic_installer.core.tiers import TIERS

ELSEWHERE = IN_OWN | {
    "installation.database_url": "postgresql://u@db.example.org/another",
    "installation.queue_url": "redis://q.example.org/2",
}
FILLED = {"servers": Servers(own_database=Server(has_data=True))}

CASES: dict[str, list[Found | Silent]] = {
    "tier-is-the-installed-one": [
        Found("error", "`standalone` is installed", {"installation.tier": "standalone"}),
        Silent({"installation.tier": "local"}),
        *(
            Found(
                "error",
                f"tier `{one}` is installed",
                {"installation.tier": one},
                {**STANDALONE, "tier": other},
            )
            for one, other in permutations(TIERS, 2)
        ),
    ],
    "database-is-the-installed-one": [
        Found("error", "`postgres://u@db.example.org/d`, which has none of", IN_CONTAINERS, MOVED),
        Found(
            "error",
            "`postgres://u@db.example.org/d`, which has none of",
            IN_CONTAINERS | {"installation.runtime": "swarm"},
            MOVED,
            hint="docker exec $(docker ps --quiet --filter label=com.docker.swarm.service.name=",
        ),
        Found("error", "into the container", IN_OWN, STANDALONE),
        Found("error", "`postgres://u@db.example.org/d`", ELSEWHERE, MOVED),
        Found("warning", "what `postgres://u@db.example", {**ELSEWHERE, **FILLED}, MOVED),
        Found("warning", "from now on the data is", {**IN_CONTAINERS, **FILLED}, MOVED),
        Silent(IN_OWN, MOVED),
        Silent(IN_CONTAINERS, STANDALONE),
        Silent(IN_CONTAINERS | {"installation.needs_setup": True}, MOVED),
        Silent(
            {**IN_CONTAINERS, "servers": Servers(own_database=Server(problem="refused", hint="h"))},
            MOVED,
        ),
        Silent(IN_CONTAINERS | {"installation.version": ""}, MOVED),
        Silent(IN_CONTAINERS, {"storage_database_url": URL}),
        Silent({}, MOVED),
    ],
    "queue-is-the-installed-one": [
        Found("warning", "signs in again", IN_CONTAINERS, OWN_QUEUE),
        Found("warning", "signs in again", IN_OWN, STANDALONE),
        Found("warning", "signs in again", ELSEWHERE, OWN_QUEUE),
        Silent(IN_OWN, OWN_QUEUE),
        Silent(IN_CONTAINERS, STANDALONE),
    ],
}
