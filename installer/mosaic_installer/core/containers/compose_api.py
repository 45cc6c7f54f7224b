"""Which versions of Docker's API a Compose speaks; those of an engine are measured.

Each release of Compose has a client of Moby built in, which go.mod in github.com/docker/compose
names; what that client speaks is its MinAPIVersion and MaxAPIVersion (github.com/moby/moby,
client/client.go; before that its DefaultVersion, api/common.go). Compose 1 has docker-py, which
speaks the newest version of the engine (docker/api/client.py). As of API 1.45 an image has no
`ContainerConfig` any more, without which Compose 1 cannot replace a container (compose/service.py,
github.com/docker/compose/issues/11742).
"""

from mosaic_installer.core.containers.version import version_of
from mosaic_installer.core.frozen import frozen

Version = tuple[int, ...]
ANY: Version = ()
NO_END: Version = (9999,)


@frozen
class Speech:
    """What Compose speaks, `since` a version of its own: the oldest and the newest of the API."""

    since: Version
    oldest: Version = ANY
    newest: Version = NO_END
    """Left open where no engine has demanded more so far: 1.44 (Docker 29.0 to 29.2) is most."""
    only_newest_of_engine: bool = False
    """Whether it speaks the engine's newest version, and no older one."""


SPEECHES = (
    Speech(since=(5, 1, 1), oldest=(1, 40)),
    Speech(since=(5, 1), oldest=(1, 44)),
    Speech(since=(2, 24)),
    Speech(since=(2, 19), newest=(1, 43)),
    Speech(since=(2, 3), newest=(1, 42)),
    Speech(since=(2,), newest=(1, 41)),
    Speech(since=ANY, newest=(1, 44), only_newest_of_engine=True),
)
"""The latest first."""


def speech_of(compose: str) -> Speech:
    """Return what the Compose of this version speaks; that of the latest where it says none."""
    version = version_of(compose) or NO_END
    return next(speech for speech in SPEECHES if version >= speech.since)
