"""The images that containers are made from: fetched, or built on this machine."""

from collections.abc import Mapping

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine

IMAGES = "images on the container engine"


@frozen
class PullImages:
    """Images from their registries; `images` are those that the engine did not have."""

    images: tuple[str, ...]

    @property
    def about(self) -> About:
        return About(
            why="containers are made from these images, and the engine does not have them yet",
            undone_by="nothing: they stay, because others may use them; "
            "`docker image prune --all` removes what nobody uses",
            fault=f"not downloaded yet: {', '.join(self.images)}",
            remedy="the download will be started",
            identity=self.images,
            asks_engine=True,
            things=IMAGES,
        )

    def describe(self) -> str:
        return f"Download {_named(self.images)}"

    def is_done(self, machine: Machine) -> bool:
        return all(machine.images.has(name) for name in self.images)

    def apply(self, machine: Machine) -> None:
        machine.images.pull([name for name in self.images if not machine.images.has(name)])

    def undo(self, machine: Machine, *, purge: bool) -> None:
        # Anybody's containers may be made from them by now; the engine prunes what nobody uses.
        pass


@frozen
class RefreshImages:
    """Images that are newer in their registry; `images` are their new digests, by name."""

    images: Mapping[str, str]

    @property
    def about(self) -> About:
        return About(
            why="the registry has newer images under these names, and containers are made "
            "from them",
            undone_by="nothing: they stay, because others may use them; the old ones lose their "
            "name, and `docker image prune` removes them",
            fault=f"newer in the registry: {', '.join(self._names)}",
            remedy="they will be downloaded, and their containers made again",
            identity=self._names,
            asks_engine=True,
            things=IMAGES,
        )

    def describe(self) -> str:
        return f"Download what is newer of {', '.join(self._names)}"

    def is_done(self, machine: Machine) -> bool:
        return not self._old(machine)

    def apply(self, machine: Machine) -> None:
        machine.images.pull(self._old(machine))

    def undo(self, machine: Machine, *, purge: bool) -> None:
        # As with all that is fetched: others may use them.
        pass

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.images)

    def _old(self, machine: Machine) -> list[str]:
        return [
            name for name, new in self.images.items() if new not in machine.images.digests(name)
        ]


@frozen
class BuildImage:
    """The gateway's image `name`, built on top of the image `on` from what is installed here."""

    name: str
    on: str

    @property
    def about(self) -> About:
        return About(
            why="the gateway's container runs exactly the version that is installed here",
            undone_by="`mosaic uninstall` removes the image",
            fault=f"the gateway image {self.name} is missing or out of date",
            remedy="it will be built",
            identity=(self.name,),
            undoing=f"Remove the image {self.name}",
            asks_engine=True,
            things=IMAGES,
        )

    def describe(self) -> str:
        return f"Build the gateway image {self.name} from {self.on}"

    def is_done(self, machine: Machine) -> bool:
        return machine.images.is_built(self.name, self.on)

    def apply(self, machine: Machine) -> None:
        machine.images.build(self.name, self.on)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.images.remove_image(self.name)


@frozen
class PushImages:
    """Images for the other nodes of a Swarm; `images` are their names in its registry, by name."""

    images: Mapping[str, str]

    @property
    def about(self) -> About:
        return About(
            why="the nodes of the Swarm get their images from this registry",
            undone_by="`mosaic uninstall` removes these names here; in the registry, and on other "
            "nodes, the images stay",
            fault=f"not in the registry as they are here: {', '.join(self.images)}",
            remedy="they will be pushed",
            identity=tuple(self.images.values()),
            undoing=f"Remove the names {', '.join(self.images.values())}",
            asks_engine=True,
            things=IMAGES,
        )

    def describe(self) -> str:
        return f"Push {_named(tuple(self.images))} to {self._registry}"

    def is_done(self, machine: Machine) -> bool:
        return not machine.images.not_pushed(self.images)

    def apply(self, machine: Machine) -> None:
        missing = machine.images.not_pushed(self.images)
        machine.images.push({name: self.images[name] for name in missing})

    def undo(self, machine: Machine, *, purge: bool) -> None:
        for name in self.images.values():
            machine.images.remove_image(name)

    @property
    def _registry(self) -> str:
        return next(iter(self.images.values())).partition("/")[0]


def _named(images: tuple[str, ...]) -> str:
    noun = "the image" if len(images) == 1 else "the images"
    return f"{noun} {', '.join(images)}"
