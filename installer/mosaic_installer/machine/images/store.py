"""`Images`: fetched in parallel, or built from what is installed here."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mosaic_installer.core.containers.labels import BASE, FINGERPRINT
from mosaic_installer.core.share import Tell
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.container_row import image_of, labels_of
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.reader import Reader

NAME_OF_BASE = "org.opencontainers.image.base.name"
CONFLICT = 409


class LocalImages:
    """The images on this user's engine; wheels for building are kept in the folder `wheels`."""

    def __init__(self, wheels: Path, tell: Tell, look: Look | None = None) -> None:
        self._wheels = wheels
        self._tell = tell
        self._look = look

    def has(self, name: str) -> bool:
        return self._labels(name) is not None

    def pull(self, names: Sequence[str]) -> None:
        from mosaic_installer.machine.images.pull import pull_images

        with opened_engine() as client:
            pull_images(client, names, self._tell)

    def digests(self, name: str) -> frozenset[str]:
        from mosaic_installer.machine.images.registry import digests_of

        return digests_of(name)

    def is_built(self, name: str, on: str) -> bool:
        labels = self._labels(name)
        return labels is not None and self._made_of(on).items() <= labels.items()

    def build(self, name: str, on: str) -> None:
        from mosaic_installer.machine.images.build import build_gateway_image

        with opened_engine() as client:
            wanted = self._made_of(on)
            # Of several labels at once Podman 4.3 finds nothing.
            filters = {"label": f"{FINGERPRINT}={wanted[FINGERPRINT]}"}
            same = (
                row["Id"]
                for row in client.api.images(filters=filters)
                if wanted.items() <= labels_of(row).items()
            )
            found = next(same, None)
            if found is not None:
                # Another installation on this engine has built the same already.
                repository, _, tag = name.rpartition(":")
                client.api.tag(found, repository, tag)
            else:
                build_gateway_image(client, name, on, self._wheels, self._tell)

    def not_pushed(self, names: Mapping[str, str]) -> tuple[str, ...]:
        from mosaic_installer.machine.images.pushed import not_pushed

        return not_pushed(names, self._engine)

    def push(self, names: Mapping[str, str]) -> None:
        from mosaic_installer.machine.images.push import push_images

        with opened_engine() as client:
            push_images(client, names, self._tell)

    def remove_image(self, name: str) -> None:
        import docker.errors

        with opened_engine() as client:
            # Where an image has several names, the engine would take away one that is in use.
            if any(image_of(row) == name for row in Reader().containers()):
                return
            try:
                client.api.remove_image(name)
            except docker.errors.ImageNotFound:
                return
            except docker.errors.APIError as error:
                if error.status_code != CONFLICT:  # in use by a container, which may not be ours
                    raise

    def _labels(self, name: str) -> dict[str, str] | None:
        row = self._engine.image(name)
        return None if row is None else dict(row["Config"].get("Labels") or {})

    def _made_of(self, on: str) -> dict[str, str]:
        from mosaic_installer.machine.images.gateway_package import image_fingerprint

        made = {FINGERPRINT: image_fingerprint(), NAME_OF_BASE: on}
        # Where the base was removed since, what was built on it is as good as ever.
        base = self._engine.image(on)
        return made if base is None else {**made, BASE: str(base["Id"])}

    @property
    def _engine(self) -> Reader:
        return self._look or Reader()
