"""`mosaic cluster place`: on which node a service begins."""

from collections.abc import Iterator
from contextlib import contextmanager

from mosaic_installer.commands.opening import given_layers, open_machine, remembered_layer
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.containers.labels import IMAGE
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.errors import AnswersError, EngineError, InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.nodes import FoundNode, find_node
from mosaic_installer.machine.engine.swarm.placing import (
    Image,
    node_of_data,
    prove_on,
    refuse_down,
)
from mosaic_installer.machine.engine.swarm.way import way_of
from mosaic_installer.machine.installed import read_meta
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.ui import output

REGISTRY = "cluster.registry"


def place(name: str, node_name: str) -> int:
    """Let a service without data run on a node; before the installation as well.

    Raises `InstallerError` where its data is on another node, or the node lacks its image.
    """
    service, node = known_service(name), find_node(node_name)
    machine = open_machine(given_layers())
    stack = stack_of(machine)
    with _locked(machine):
        found = Found(stack)
        found.refuse_as_copy()
        if found.places(name) == (node.identifier,):
            output.say(f"{name} is on {node.name} already.")
            return 0
        if way_of(Reader().nodes(), stack.project, name).is_unfinished:
            raise InstallerError(
                f"a move of {name} was cut off",
                f"`mosaic cluster move {name} NODE` ends it",
                identifier="data-in-place",
            )
        _refuse_with_data(machine, found, stack, service)
        refuse_down(node)
        with opened_engine() as client:
            changes = Changes(client, stack, found)
            # What is to come from a registry is pushed there by the installation.
            if name in found.services() or not _given(machine, REGISTRY):
                image = _image(machine, found, service)
                output.say(f"Checking that {node.name} has the image {image.name} ...")
                prove_on(changes, stack, name, image, node)
            changes.place_on(name, (node.identifier,))
        _tell(found, service, node)
    return 0


def known_service(name: str) -> Service:
    """Return the row of a service that can be on any node; raises `AnswersError`."""
    if name in BY_NAME and name != GATEWAY:
        return BY_NAME[name]
    names = ", ".join(each for each in BY_NAME if each != GATEWAY)
    if name == GATEWAY:
        raise AnswersError(
            "the gateway has no place of its own",
            "`gateway.replicas` says on how many nodes it runs",
            identifier="bad-usage",
        )
    raise AnswersError(
        f"there is no service `{name}`", f"it is one of {names}", identifier="bad-usage"
    )


def stack_of(machine: LocalMachine) -> Stack:
    """Return all services that an installation in this folder has, or would have."""
    meta = read_meta(machine)
    lost = next((part.project for part in machine.lost_parts), "")
    return Stack(
        layout=machine.layout,
        project=(meta.project if meta else lost) or machine.layout.project,
        services=tuple(BY_NAME),
        orchestrator="swarm",
    )


@contextmanager
def _locked(machine: LocalMachine) -> Iterator[None]:
    """Hold the lock of an installation; there is none before its folders are made."""
    if not machine.layout.state.is_dir():
        yield
        return
    with locked(machine.layout.lock):
        yield


def _refuse_with_data(machine: LocalMachine, found: Found, stack: Stack, service: Service) -> None:
    is_known = bool(service.secret) and machine.vault.get(service.secret) is not None
    data = node_of_data(found, stack, service.name, is_known=is_known)
    if data:
        node = found.nodes().get(data, data)
        moves = f"`mosaic cluster move {service.name} NODE` takes the data along"
        first = "`mosaic install --set gateway.runtime=swarm` starts it there; afterwards, "
        raise InstallerError(
            f"the data of {service.name} is on {node}, where the service has to run",
            moves if found.services() else f"{first}{moves}",
            identifier="data-in-place",
        )


def _image(machine: LocalMachine, found: Found, service: Service) -> Image:
    """Return the image that the service has, or would have if it were installed now."""
    there = found.services().get(service.name)
    if there is not None:
        spec = there["Spec"]
        image = str(spec["TaskTemplate"]["ContainerSpec"]["Image"])
        return Image(name=str(spec["Labels"].get(IMAGE, image)), identifier=image)
    name = _wanted_image(machine, service)
    if not machine.images.has(name):
        output.say(f"Downloading the image {name} ...")
        machine.images.pull((name,))
    row = Reader().image(name)
    if row is None:
        raise EngineError(f"there is no image `{name}`", identifier="image-missing")
    return Image(name=name, identifier=str(row["Id"]))


def _wanted_image(machine: LocalMachine, service: Service) -> str:
    name = _given(machine, service.image) or CATALOGUE[service.image].default
    if not isinstance(name, str) or not name:
        raise AnswersError(
            f"no image is chosen for {service.name}",
            f"choose one in the environment: {CATALOGUE[service.image].variable}",
        )
    return name


def _given(machine: LocalMachine, key: str) -> str:
    """Return what somebody chose for a setting, now or when it was installed; empty where not."""
    layers = [*given_layers(), remembered_layer(machine)]
    return next((layer.values[key].text for layer in layers if key in layer.values), "")


def _tell(found: Found, service: Service, node: FoundNode) -> None:
    if service.name in found.services():
        output.say(f"{service.name} now runs on {node.name}; `mosaic cluster status` shows it.")
        return
    what = f"{service.name} and its data" if service.volume else service.name
    output.say(f"{what} will be on {node.name}, once `mosaic install` has started it there.")
