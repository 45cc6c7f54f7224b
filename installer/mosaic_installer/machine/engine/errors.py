"""What can go wrong with a container engine, in our words, each with what to do about it."""

import os
import pwd
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.swarm_errors import SWARM_TROUBLES

LONGEST = 400
DISK_IS_FULL = r"no space left on device|disk quota exceeded"
START = (
    "start it (`sudo systemctl start docker`; for Podman, `systemctl --user enable --now "
    "podman.socket`), or name another one in DOCKER_HOST"
)

# What an engine says (a pattern, any case), and what that means. The first that matches counts: an
# engine's sentence often quotes several causes.
TROUBLES = (
    (
        DISK_IS_FULL,
        EngineError(
            "the container engine has no space left",
            "free some where its data lies (Docker Root Dir in `docker info`; `docker system df` "
            "shows what uses it, `docker system prune` removes what nothing uses), then run this "
            "again",
            identifier="engine-disk-full",
        ),
    ),
    (
        (
            r"error during connect|(cannot|couldn't) connect to (the )?docker daemon|"
            r"connection aborted|is the docker daemon running"
        ),
        EngineError(
            "the container engine does not answer any more",
            START,
            identifier="engine-unreachable",
        ),
    ),
    (
        r"toomanyrequests|too many requests|rate.?limit|\b429\b",
        EngineError(
            "the registry lets this address pull no more images for a while",
            "wait some hours or run `docker login`, then run this again; what was pulled stays",
            identifier="registry-rate-limit",
        ),
    ),
    (
        (
            r"no matching manifest|no match for platform|does not match the (specified|detected)|"
            r"exec format error|no image found in (manifest list|image index) for architecture"
        ),
        EngineError(
            "the image does not exist for this machine's architecture",
            "name an image that does, in the setting of this image",
            identifier="image-architecture",
        ),
    ),
    *SWARM_TROUBLES,
    (
        r"port is already allocated|address already in use",
        EngineError(
            "a port that a container publishes is taken",
            "`ss -ltnp` shows by whom; end that program or choose another port",
            identifier="port-in-use",
        ),
    ),
    (
        (
            r"manifest unknown|name unknown|pull access denied|repository does not exist|"
            r"no such image|reference does not exist|manifest for \S+ not found|"
            r"unauthorized: authentication required|requested access to the resource is denied|"
            r"(?<!mounts )denied: "
        ),
        EngineError(
            "the registry shows no such image",
            "check the image's name; a private registry wants `docker login` first",
            identifier="image-missing",
        ),
    ),
    (
        (
            r"dial tcp|no such host|name resolution|i/o timeout|tls handshake|x509|proxyconnect|"
            r"connection refused|connection reset|request canceled|client\.timeout|unexpected eof|"
            r"https?://\S+: eof|bad gateway|service unavailable|gateway time-?out|"
            r"network is unreachable|"
            r"server gave http response to https client|pinging container registry"
        ),
        EngineError(
            "the container engine cannot reach the registry",
            "check the network, DNS and the engine's proxy settings, or load the images with "
            "`docker load`, then run this again",
            identifier="registry-unreachable",
        ),
    ),
)


@contextmanager
def explained(subject: str = "") -> Iterator[None]:
    """Turn every error of an engine, or of Docker's SDK, into an `EngineError`.

    `subject` says what about. Errors of ours pass through.
    """
    try:
        yield
    except _expected() as error:
        raise translated(error, subject) from None


def _expected() -> tuple[type[BaseException], ...]:
    """What an engine raises, and the SDK where it is in use already: loading it takes long."""
    if "docker" not in sys.modules:
        return (OSError,)
    from docker.errors import DockerException, StreamParseError
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    sdk = (DockerException, StreamParseError, RequestException, HTTPError)
    return (OSError, *sdk)


def translated(error: BaseException, subject: str = "") -> EngineError:
    """Return what an error of the SDK means."""
    import docker.errors

    if isinstance(error, docker.errors.APIError):
        return refused(str(error.explanation or error), subject)
    cause = _root_of(error)
    if isinstance(cause, PermissionError):
        return _forbidden()
    if isinstance(cause, FileNotFoundError):
        return _missing()
    if isinstance(cause or error, TimeoutError):
        return _silent()
    if cause is not None or _is_of_connection(error):
        return _unreachable(_words(cause or error))
    return refused(str(error), subject)


def refused(words: str, subject: str = "") -> EngineError:
    """Return what an engine's sentence means; it is quoted, because it says what about."""
    about = f"{subject}: " if subject else ""
    quoted = shortened(words)
    for pattern, trouble in TROUBLES:
        if re.search(pattern, words, re.IGNORECASE):
            sentence = f"{about}{trouble.message}: {quoted}"
            return EngineError(sentence, trouble.hint, identifier=trouble.identifier)
    return EngineError(
        f"{about}the container engine refused: {quoted}",
        "fix what it says and run this again; the engine's log says more",
    )


def says_disk_is_full(line: str) -> bool:
    """Return whether a line from a container says that the engine's disk is full.

    Memory that containers share says so in the same words; that is none of the engine's disk.
    """
    words = line.lower()
    return bool(re.search(DISK_IS_FULL, words)) and "shared memory" not in words


def shortened(words: str) -> str:
    """Return an engine's words in a line; an address that it quotes may have a password in it."""
    text = re.sub(r"(?<=://)[^/@\s]+@", "", " ".join(words.split()))
    text = re.sub(r"rpc error: code = \w+ desc = ", "", text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _root_of(error: BaseException) -> OSError | None:
    """The error of the system below those of the layers; they hand it on in several ways."""
    import requests

    seen: list[BaseException] = [error]
    for each in seen:
        is_layer = isinstance(each, requests.RequestException)  # these are OSErrors, too
        if isinstance(each, OSError) and each.errno is not None and not is_layer:
            return each
        nested = (each.__cause__, each.__context__, *each.args)
        seen += [one for one in nested if isinstance(one, BaseException) and one not in seen]
    return None


def _is_of_connection(error: BaseException) -> bool:
    import docker.errors
    import requests
    import urllib3

    if isinstance(
        error,
        requests.RequestException | urllib3.exceptions.HTTPError | OSError,
    ):
        return True
    return isinstance(error, docker.errors.DockerException) and "server API version" in str(error)


def _words(error: BaseException) -> str:
    return (isinstance(error, OSError) and error.strerror) or shortened(str(error))


def _forbidden() -> EngineError:
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = "$USER"
    return EngineError(
        "this user may not use the container engine: it is for root and the group `docker`",
        f"run `sudo usermod -aG docker {user}`, log out and in again, then run this again",
        identifier="engine-forbidden",
    )


def _missing() -> EngineError:
    from shutil import which

    if which("dockerd"):
        return _unreachable("it is installed, and not running")
    if which("podman"):
        return _unreachable("Podman is installed, and its socket is not there")
    return EngineError(
        "there is no container engine on this machine",
        "install Docker (https://docs.docker.com/engine/install/) or Podman, or choose "
        "`--tier local`, which needs none",
        identifier="engine-missing",
    )


def _silent() -> EngineError:
    return EngineError(
        "the container engine does not answer in time",
        "run this again in a minute: it may be busy, or a manager of a Swarm that has just lost "
        "others. If it stays silent, restart it (`sudo systemctl restart docker`), or name "
        "another one in DOCKER_HOST",
        identifier="engine-unreachable",
    )


def _unreachable(reason: str) -> EngineError:
    return EngineError(
        f"the container engine does not answer: {reason}",
        START,
        identifier="engine-unreachable",
    )
