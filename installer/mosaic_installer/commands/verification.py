"""Try with real calls what a run was newly given; what worked before is left alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from mosaic_installer.core.answers import CATALOGUE, KEPT_SECRETS, Answers, value_of
from mosaic_installer.core.connections.endpoint import Endpoint, endpoints
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.containers.registry_image import RegistryImage
from mosaic_installer.core.containers.wanted import images_of_registries
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.vault import Vault
from mosaic_installer.core.portainer.look import PortainerSeen
from mosaic_installer.core.settling.interview import Settled, parse
from mosaic_installer.machine.installed import read_config
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.ui import output

Waiting = Callable[[str], AbstractContextManager[None]]
"""Shows what is waited for, as long as it takes."""


@contextmanager
def _said(text: str) -> Iterator[None]:
    output.say(text)
    yield


class Tried:
    """The services that a run tried, and what came of it.

    The wizard decides again after every change, and calls each of them once.
    """

    def __init__(self) -> None:
        self._verdicts: dict[Endpoint, Verdict] = {}
        self._images: dict[tuple[str, ...], tuple[RegistryImage, ...]] = {}
        self._portainers: dict[tuple[object, ...], PortainerSeen | None] = {}

    def new_verdicts(self, settled: Settled, machine: LocalMachine) -> tuple[Verdict, ...]:
        """Return a verdict on each service that the installed gateway does not use like that yet.

        Nothing is called, and nothing needed for calls is imported, where nothing is new.
        """
        wanted = endpoints(settled.answers)
        new = new_endpoints(wanted, settled, installed_values(machine)) if wanted else ()
        return self._verify(new)

    def verdict_on(
        self,
        key: str,
        settled: Settled,
        machine: LocalMachine,
        seconds: float,
        waiting: Waiting | None = None,
    ) -> Verdict | None:
        """Return that on the service that the setting `key` turns on; None if it is not new.

        With `waiting`, what is waited for is shown by it, and not kept on the screen.
        """
        wanted = tuple(endpoint for endpoint in endpoints(settled.answers) if key in endpoint.keys)
        new = new_endpoints(wanted, settled, installed_values(machine))
        return next(iter(self._verify(new, seconds, waiting)), None)

    def known_verdicts(self, settled: Settled) -> tuple[Verdict, ...]:
        """Return what came of trials of this run, as far as the answers want those services."""
        wanted = endpoints(settled.answers)
        return tuple(self._verdicts[row] for row in wanted if row in self._verdicts)

    def with_registries(self, facts: Facts, answers: Answers) -> Facts:
        """Return the facts with what registries have of the images that these answers want."""
        engine, names = facts.around.engine, images_of_registries(facts, answers)
        if engine is None or engine.problem or not names:
            return facts
        if names not in self._images:
            from mosaic_installer.machine.images.registry import registry_images

            output.say("Asking the registries for newer images …")
            self._images[names] = registry_images(names)
        images = self._images[names]
        return replace(facts, around=replace(facts.around, registry_images=images))

    def with_portainer(self, facts: Facts, answers: Answers, vault: Vault) -> Facts:
        """Return the facts with what came of trying the Portainer of these answers, each time."""
        engine, given = facts.around.engine, answers.cluster
        if not given.portainer_url or engine is None:
            return facts
        place = (given.portainer_url, given.portainer_key, given.portainer_environment)
        if place not in self._portainers:
            from mosaic_installer.machine.web.portainer_trial import portainer_seen

            self._portainers[place] = portainer_seen(answers, engine, vault)
        seen = self._portainers[place]
        return replace(facts, around=replace(facts.around, portainer=seen))

    def keep_anyway(self, refused: Verdict) -> None:
        """Let the next look know that the person keeps what was refused."""
        for endpoint, verdict in self._verdicts.items():
            if verdict == refused:
                self._verdicts[endpoint] = replace(verdict, is_kept=True)

    def forget(self) -> None:
        """Let the next look call again, also what was called already."""
        self._verdicts.clear()
        self._images.clear()
        self._portainers.clear()

    def _verify(
        self,
        new: tuple[Endpoint, ...],
        seconds: float | None = None,
        waiting: Waiting | None = None,
    ) -> tuple[Verdict, ...]:
        untried = [endpoint for endpoint in new if endpoint not in self._verdicts]
        if untried:
            titles = ", ".join(endpoint.title for endpoint in untried)
            with (waiting or _said)(f"Trying {titles} with a real call …"):
                verdicts = {verdict.name: verdict for verdict in verify(untried, seconds=seconds)}
            self._verdicts.update((endpoint, verdicts[endpoint.name]) for endpoint in untried)
        return tuple(self._verdicts[endpoint] for endpoint in new)


def installed_values(machine: LocalMachine) -> dict[str, str]:
    """Return the addresses and secrets, by key, that the installed gateway runs with."""
    from mosaic_installer.core.config_sections import answers_in

    values = answers_in(read_config(machine))
    for setting in KEPT_SECRETS:
        content = machine.files.read(machine.layout.gateway_secret(setting.name))
        if content:
            values[setting.key] = content.decode(errors="replace")
    return values


def new_endpoints(
    wanted: Iterable[Endpoint], settled: Settled, installed: Mapping[str, str]
) -> tuple[Endpoint, ...]:
    """Return the services of which an address, a secret or a model is not the `installed` one."""

    def is_new(key: str) -> bool:
        if key not in installed:
            return True
        try:
            return parse(CATALOGUE[key], installed[key]) != value_of(settled.answers, key)
        except ValueError:
            return True

    return tuple(
        endpoint
        for endpoint in wanted
        if any(is_new(key) for key in (*endpoint.keys, *endpoint.model_keys))
    )


def verify(
    wanted: Sequence[Endpoint], *, completes: bool = False, seconds: float | None = None
) -> tuple[Verdict, ...]:
    """Return a verdict on each of `wanted`, all of them tried at once."""
    from mosaic_installer.machine.web import verify as calls

    deadline = calls.DEADLINE if seconds is None else seconds
    return calls.verify(wanted, completes=completes, seconds=deadline)
