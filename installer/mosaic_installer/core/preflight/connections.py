"""Checks of what the gateway is connected with: providers, channels, sign-on, telemetry."""

from collections.abc import Iterator

from mosaic_installer.core.answers import CATALOGUE, Answers, value_of
from mosaic_installer.core.connections.endpoint import endpoints
from mosaic_installer.core.connections.known import KNOWN, Known
from mosaic_installer.core.connections.providers import connections
from mosaic_installer.core.connections.routing import ALL, TASKS, chosen
from mosaic_installer.core.connections.sign_on import PARTS, missing_parts, sign_ons
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, Remedy, error, note, warning
from mosaic_installer.core.questionnaire.model_providers import OWN_VARIABLES, PROVIDERS
from mosaic_installer.core.questionnaire.pasted import proposed_provider
from mosaic_installer.core.questionnaire.sign_on import TITLES
from mosaic_installer.core.questionnaire.web_address import OLLAMA_PORT, is_loopback
from mosaic_installer.core.runtime import is_contained
from mosaic_installer.core.secret import Secret


def keys_suit_their_providers(_facts: Facts, answers: Answers) -> Finding | None:
    """A key that was pasted into the wrong place is sent to the wrong company."""
    titles = {provider.name: provider.title for provider in PROVIDERS}
    wrong = {}
    for provider in PROVIDERS:
        key = value_of(answers, provider.key)
        looks_like = proposed_provider(key.reveal()) if isinstance(key, Secret) else None
        if looks_like not in {None, provider.name}:
            wrong[provider.key] = f"looks like a key of {titles[str(looks_like)]}"
    if not wrong:
        return None
    told = "; ".join(f"{key} {what}" for key, what in wrong.items())
    return warning(told, "give each key to its provider; a call tells for certain", wrong)


def secrets_travel_encrypted(_facts: Facts, answers: Answers) -> Finding | None:
    """Whoever sits between this machine and an http address reads every key that goes there."""
    bare = {
        row.address: f"{row.secret} to {address}"
        for row, address in _destinations(answers)
        if address.startswith("http:") and not is_loopback(address)
    }
    if not bare:
        return None
    told = f"secrets would travel unencrypted: {', '.join(bare.values())}"
    return warning(told, "use https there", bare)


def containers_reach_services(_facts: Facts, answers: Answers) -> Finding | None:
    """Inside a container, 127.0.0.1 is the container."""
    if not is_contained(answers):
        return None
    rows = [endpoint.address for endpoint in endpoints(answers) if is_loopback(endpoint.url)]
    if not rows:
        return None
    return warning(
        f"the gateway's container cannot reach this machine as 127.0.0.1: {', '.join(rows)}",
        "give an address that containers reach this machine by, such as that of its network card",
        rows,
    )


def provider_variables_are_used(facts: Facts, answers: Answers) -> Finding | None:
    """The environment may hold keys already, which nobody wants to look up again."""
    unused = [
        name
        for name in facts.host.person.provider_variables
        if value_of(answers, OWN_VARIABLES[name]) is None
    ]
    if not unused:
        return None
    return note(
        f"the environment has {', '.join(unused)}, which Mosaic does not use",
        "`--set providers.take_over=yes` takes over what is not given",
    )


def ollama_is_used(facts: Facts, answers: Answers) -> Finding | None:
    """An Ollama on this machine costs nothing, and works without the internet."""
    is_here = any(
        row.port == OLLAMA_PORT or row.program == "ollama" for row in facts.host.listeners
    )
    if not is_here or answers.providers["ollama"].url is not None:
        return None
    return note(
        "Ollama seems to run on this machine, and Mosaic does not use it",
        f"`--set providers.ollama_url=127.0.0.1:{OLLAMA_PORT}` uses it",
    )


def a_model_can_answer(_facts: Facts, answers: Answers) -> Finding | None:
    """Everything else works without one; whoever forgot it would wonder at the first question."""
    if connections(answers):
        return None
    return note(
        "no model provider is set up, so the gateway cannot answer questions yet",
        "`mosaic install --ask providers` adds one at any time",
    )


def routes_name_providers_that_are_on(_facts: Facts, answers: Answers) -> Finding | None:
    """A model of a provider without a key answers nobody."""
    present = {connection.provider.name for connection in connections(answers)}
    routes = {task.name: chosen(answers, task.name, ALL) for task in TASKS}
    off = {
        name: missing
        for name, choices in routes.items()
        if (missing := [row.provider for row in choices if row.provider not in present])
    }
    if not off:
        return None
    names = ", ".join(dict.fromkeys(name for missing in off.values() for name in missing))
    silent = [name for name, missing in off.items() if len(missing) == len(routes[name])]
    if not silent:
        return warning(
            f"routing passes over models of providers that are not set up: {names}",
            "give their keys, or leave them out",
        )
    return error(
        f"no model for {', '.join(silent)} is of a provider that is set up: {names}",
        "give its key, name a model of another provider, or say `none` for the usual order",
        remedy=Remedy(key=f"routing.{silent[0].replace('-', '_')}", text="none"),
    )


def embeddings_model_is_unchanged(facts: Facts, answers: Answers) -> Finding | None:
    """Vectors of two models cannot be compared with each other."""
    before, now = facts.host.installation.embeddings_model, answers.models.embeddings
    if before in {"", now} or answers.providers["ollama"].url is None:
        return None
    return warning(
        f"memories have vectors made with {before}, which cannot be compared with those of {now}",
        "nothing to do: the gateway makes them again, and finds memories by words until then; or"
        f" keep `providers.embeddings_model = {before}`",
    )


def sign_on_is_complete(_facts: Facts, answers: Answers) -> Finding | None:
    """Half a client signs nobody in."""
    halves = [
        missing for name in TITLES if 0 < len(missing := missing_parts(answers, name)) < len(PARTS)
    ]
    if not halves:
        return None
    keys = [key for missing in halves for key in missing]
    named = " and ".join(CATALOGUE[key].prompt for key in keys)
    return error(
        f"sign-on is incomplete: {named} {'is' if len(keys) == 1 else 'are'} missing",
        f"enter {' and '.join(f'`{key}`' for key in keys)}, or remove the issuer",
    )


def callbacks_are_registered(facts: Facts, answers: Answers) -> Finding | None:
    """A provider of identities leads people back only to addresses that it was told."""
    new = {row.name for row in facts.around.verdicts if row.kind == "sign-on"}
    rows = [f"{row.callback} at {row.title}" for row in sign_ons(answers) if row.name in new]
    if not rows:
        return None
    return warning(
        f"people will come back from signing on to {', '.join(rows)}",
        "register that address there; `mosaic provider list` shows it again",
    )


def telemetry_has_a_collector(_facts: Facts, answers: Answers) -> Finding | None:
    """Tier `local` has no containers, so no collector of its own."""
    is_homeless = answers.telemetry.endpoint is None and answers.tier == "local"
    if not answers.telemetry.enabled or not is_homeless:
        return None
    return error(
        "telemetry is on, and tier local has no collector",
        "name one with OTEL_EXPORTER_OTLP_ENDPOINT, or turn telemetry off",
    )


def _destinations(answers: Answers) -> Iterator[tuple[Known, str]]:
    """Yield each service that a secret is given for, and the address that it is sent to."""
    for row in KNOWN:
        if isinstance(value_of(answers, row.secret), Secret):
            yield row, str(value_of(answers, row.address) or "")
