"""Where a person can do something about a finding: a setting, or the section that it is about."""

from collections.abc import Sequence

from mosaic_installer.core.connections.verdict import EndpointKind, Result, Verdict
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS

TABLES: dict[EndpointKind, str] = {
    "provider": "providers",
    "channel": "channels",
    "sign-on": "sign_on",
    "telemetry": "telemetry",
}
RESULTS: dict[str, Result] = {
    "secrets-are-accepted": "refused",
    "providers-have-credit": "no-credit",
    "services-are-reachable": "unreachable",
    "services-are-what-they-should-be": "unexpected",
}
"""The result of a trial that a check speaks of, by the check's identifier."""
PLACES: dict[str, str] = {
    "runtime-suits-tier": "gateway.runtime",
    "image-suits-runtime": "gateway.image",
    "port-is-free": "gateway.port",
    "edited-port-is-the-wanted-one": "gateway.port",
    "port-is-permitted": "gateway.port",
    "bind-is-loopback": "gateway.bind",
    "setup-is-ours-alone": "gateway.bind",
    "ipv6-is-on": "gateway.bind",
    "provider-variables-are-used": "providers",
    "ollama-is-used": "providers",
    "a-model-can-answer": "providers",
    "models-are-available": "providers",
    "default-models-are-listed": "providers",
    "models-go-on": "providers",
    "embeddings-model-is-unchanged": "providers",
    "routes-name-providers-that-are-on": "routing",
    "sign-on-is-complete": "sign_on",
    "callbacks-are-registered": "sign_on",
    "telemetry-has-a-collector": "telemetry",
    "administrator-is-the-installed-one": "admin.email",
    "bots-can-read": "channels",
    "tier-is-the-installed-one": "tier",
    "engine-is-present": "tier",
    "engine-is-reachable": "tier",
    "engine-is-permitted": "tier",
    "engine-is-recent": "tier",
    "engine-is-on-this-machine": "tier",
    "engine-disk-is-enough": "tier",
    "engine-memory-is-enough": "tier",
    "swarm-is-managed-here": "gateway.runtime",
    "swarm-engine-is-recent": "gateway.runtime",
    "swarm-port-may-be-open": "gateway.bind",
    "swarm-publishes-no-server": "gateway.runtime",
    "swarm-has-enough-nodes": "gateway.replicas",
    "data-is-on-this-machine": "gateway.runtime",
    "swarm-mesh-has-ipvs": "gateway.publish",
    "portainer-accepts-its-key": "cluster.portainer_key",
    "portainer-has-this-swarm": "cluster.portainer_environment",
    "portainer-is-reachable": "cluster.portainer_url",
    "portainer-is-remembered": "cluster.portainer_url",
    "compose-is-present": "tier",
    "compose-speaks-with-engine": "tier",
    "podman-checks-health": "tier",
    "podman-has-a-compose-that-suits-it": "tier",
    "images-are-present": "images",
    "engine-runs-our-architecture": "images",
    "database-major-is-the-same": "images.postgres",
    "administrator-is-still-to-be-made": "admin.password",
    "database-is-the-installed-one": "storage.database_url",
    "queue-is-the-installed-one": "storage.valkey_url",
    "own-servers-suit-tier": "tier",
    "own-servers-are-reached-from-containers": "storage",
    "own-servers-name-files-in-full": "storage",
    "own-servers-name-an-authority": "storage",
    "own-server-files-are-readable": "storage",
    "own-database-can-be-used": "storage.database_url",
    "own-valkey-can-be-used": "storage.valkey_url",
    "server-ports-are-free": "storage",
    "published-ports-differ": "storage",
    "server-port-is-chosen-for-a-server": "storage",
}
"""The setting, or the table of settings, by the check's identifier.

A check that is missing here names the settings itself (`Finding.places`), or is about the machine
or what an earlier run left there; `tests/core/placeless.py` says which, and why.
"""


def places_of(finding: Finding, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Return the settings or tables that a finding is about; none where it is about the machine."""
    if finding.remedy is not None:
        return (finding.remedy.key,)
    if finding.places:
        return finding.places
    if finding.check in RESULTS:
        result = RESULTS[finding.check]
        return tuple({_place(row): None for row in verdicts if row.result == result})
    return tuple(place for place in (PLACES.get(finding.check, ""),) if place)


def _place(verdict: Verdict) -> str:
    keys = {provider.name: provider.key for provider in PROVIDERS}
    is_provider = verdict.kind == "provider"
    return keys.get(verdict.name, "providers") if is_provider else TABLES[verdict.kind]


def is_about(place: str, tables: Sequence[str]) -> bool:
    """Return whether a place is in one of these tables."""
    return place.partition(".")[0] in tables
