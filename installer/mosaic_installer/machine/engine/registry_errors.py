"""What can go wrong with the registry of a Swarm, and what to do about it on which machine."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.errors import explained, refused, shortened
from mosaic_installer.machine.engine.reader import Reader

CERTIFICATES = Path("/etc/docker/certs.d")
"""Where Docker looks for the certificates of registries (docs.docker.com/engine/security)."""

# What an engine says (a pattern, any case), and what that means; `{host}` is the registry's. The
# first that matches counts.
TROUBLES = (
    (
        r"server gave http response to https client",
        EngineError(
            "the registry has no TLS",
            "give it a certificate, or add `{host}` to `insecure-registries` in "
            "/etc/docker/daemon.json on every node and restart Docker there",
            identifier="registry-untrusted",
        ),
    ),
    (
        r"x509|certificate",
        EngineError(
            "the registry's certificate is not trusted",
            f"put its CA's certificate into {CERTIFICATES}/{{host}}/ca.crt on every node; Docker "
            "need not be restarted",
            identifier="registry-untrusted",
        ),
    ),
    (
        (
            r"unauthorized|authentication required|no basic auth credentials|forbidden|"
            r"(?<!mounts )denied"
        ),
        EngineError(
            "the registry refused the login",
            "run `docker login {host}` with an account that may push, then run this again",
            identifier="registry-login",
        ),
    ),
)


@contextmanager
def explained_of_registry(name: str) -> Iterator[None]:
    """Turn what an engine says of an image in a registry into an `EngineError` about this node."""
    from docker.errors import APIError

    with explained():
        try:
            yield
        except APIError as error:
            raise registry_refused(name, str(error.explanation or error), this_node()) from None


def this_node() -> str:
    """Return what the Swarm calls this machine."""
    return str(Reader().info().get("Name") or "this machine")


def registry_refused(name: str, words: str, node: str) -> EngineError:
    """Return what these words of a node's engine mean, about the image of that name there."""
    known = refused(words)
    said, hint, identifier = known.message, known.hint, known.identifier
    for pattern, trouble in TROUBLES:
        if re.search(pattern, words, re.IGNORECASE):
            said = f"{trouble.message}: {shortened(words)}"
            hint = trouble.hint.format(host=name.partition("/")[0])
            identifier = trouble.identifier
            break
    return EngineError(f"node {node}: `{name}`: {said}", hint, identifier=identifier)
