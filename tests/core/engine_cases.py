"""The cases of the checks that let Compose, the engine and our files meet."""

from typing import Any

from tests.core.container_cases import STANDALONE, found, with_engine
from tests.core.expected import Found, Silent

from mosaic_installer.core.containers.registry_image import RegistryImage

DOCKER_20, DOCKER_24, DOCKER_25 = ("1.12", "1.41"), ("1.12", "1.43"), ("1.24", "1.44")
DOCKER_26, DOCKER_28, DOCKER_29 = ("1.24", "1.45"), ("1.24", "1.51"), ("1.44", "1.52")
DOCKER_29_3, PODMAN_5 = ("1.40", "1.54"), ("1.24", "1.41")
MISUNDERSTOOD = (
    ("up to version 1.44, and this engine (27.1.0) demands 1.52", "1.29.2", *DOCKER_29),
    ("up to version 1.44, and this engine (27.1.0) demands 1.45", "1.29.2", *DOCKER_26),
    ("up to version 1.43, and this engine (27.1.0) demands 1.44", "2.23.3", *DOCKER_29),
    ("up to version 1.42, and this engine", "2.5.0", *DOCKER_29),
    ("up to version 1.41, and this engine", "2.0.0", *DOCKER_29),
    ("demands version 1.44 of Docker's API, and this engine (27.1.0)", "5.1.0", *DOCKER_24),
    ("demands version 1.44 of Docker's API", "5.1.0", *PODMAN_5),
)
UNDERSTOOD = (
    ("1.29.2", *DOCKER_20),
    ("1.29.2", *DOCKER_25),
    ("2.23.3", *DOCKER_28),
    ("2.23.3", *DOCKER_29_3),
    ("2.24.0", *DOCKER_29),
    ("2.26.1-4", *DOCKER_20),
    ("5.0.2", *DOCKER_20),
    ("5.1.0", *DOCKER_25),
    ("5.1.0", "", ""),
    ("5.1.1", *PODMAN_5),
    ("dev", *DOCKER_29),
)


REFUSED = {"mount_refusal": "cat: /run/mosaic-trial: Permission denied"}
UNREADABLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("MOSAIC_HOME, such as `~/mosaic`", {"data_root": "/var/snap/docker/common/var-lib-docker"}),
    ("update Docker Desktop to 4.35", {"is_desktop": True}),
    ("ausearch", {"is_selinux": True}),
    ("run this as that user", {"is_rootless": True}),
    ("take `userns-remap` out", {"is_remapped": True}),
    ("`docker context ls`", {}),
)


def _pair(compose: str, oldest: str, newest: str) -> dict[str, Any]:
    """A Compose of that version, and the versions of the API that an engine speaks."""
    return with_engine(compose_version=compose, min_api_version=oldest, api_version=newest)


def _misunderstood(words: str, *pair: str) -> Found:
    return Found("error", words, _pair(*pair), STANDALONE)


PODMAN = with_engine(is_podman=True)
TOLD: dict[str, Any] = {
    "registry_images": (
        RegistryImage(name="a:1", digest="sha256:1", is_here=False),
        RegistryImage(name="b:1", reason="no route"),
    )
}
CASES: dict[str, list[Found | Silent]] = {
    "registries-say-what-they-have": [
        Found("error", "`b:1` is the newest is not known: no route", TOLD, STANDALONE),
        Found("error", "b:1", TOLD | PODMAN, STANDALONE, hint="run `podman pull b:1`, then"),
        Silent({"registry_images": TOLD["registry_images"][:1]}, STANDALONE),
    ],
    "compose-speaks-with-engine": [
        *(_misunderstood(words, *pair) for words, *pair in MISUNDERSTOOD),
        *(Silent(_pair(*pair), STANDALONE) for pair in UNDERSTOOD),
        Silent(_pair("1.29.2", "1.44", "1.52")),
    ],
    "containers-read-our-files": [
        *(
            Found(
                "error",
                "in `/srv/mosaic/config`: cat: /run/mosaic-trial: Permission denied",
                REFUSED | with_engine(**engine),
                STANDALONE,
                hint=hint,
            )
            for hint, engine in UNREADABLE
        ),
        Silent(REFUSED | with_engine()),
    ],
    "users-of-containers-are-ours": found("note", "`userns_mode: host`", is_remapped=True),
    "selinux-lets-containers-read": found("note", "(`z`)", is_selinux=True),
}
