"""Build the gateway's image on this machine, from what is installed here.

The build has no network. Nothing that goes into it depends on the moment or the place, but for
the checksums of the wheels.
"""

import io
import json
import secrets
import tarfile
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mosaic_installer.core.containers import labels
from mosaic_installer.core.rendering import render
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.errors import explained, refused
from mosaic_installer.machine.engine.one_program import words_of
from mosaic_installer.machine.images import gateway_package
from mosaic_installer.machine.images.gateway_package import image_fingerprint
from mosaic_installer.machine.images.gateway_wheel import make_wheel
from mosaic_installer.machine.images.wheels import Target, collect_wheels

if TYPE_CHECKING:
    from docker import DockerClient

__all__ = ["build_gateway_image", "image_fingerprint"]

PORT = 14242
LAST_LINES = 10
# What the base image is asked. musl has no confstr for its version, and puts it into its help.
QUESTION = r"""
import json, os, platform, re, subprocess, sys, sysconfig
text = os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in os.confstr_names else ""
kind = "musllinux" if "musl" in (sysconfig.get_config_var("SOABI") or "") else "manylinux"
if kind == "musllinux":
    loader = "/lib/ld-musl-%s.so.1" % platform.machine()
    text = subprocess.run([loader], stderr=subprocess.PIPE, text=True).stderr
found = re.search(r"(\d+)\.(\d+)", text or "")
libc = [int(one) for one in found.groups()] if found else []
print(json.dumps([list(sys.version_info[:2]), platform.machine(), kind, libc]))
"""


def build_gateway_image(
    client: "DockerClient",
    tag: str,
    base_image: str,
    folder: Path,
    tell: Callable[[str], None],
) -> None:
    """Build `tag` on top of `base_image`, which has to be present; `folder` keeps the wheels.

    `tell` gets what happens, line by line. Raises EngineError with the last lines of a build that
    fails, and InstallerError where pip does.
    """
    tell(f"asking {base_image} for its Python")
    target = ask_for_target(client, base_image)
    tell("collecting the packages of the gateway")
    wheels = {path.name: path.read_bytes() for path in collect_wheels(target, folder)}
    name, content = make_wheel()
    old, build = _image_id(client, tag), secrets.token_hex(8)
    try:
        with tempfile.TemporaryFile() as context:
            dockerfile = _dockerfile(base_image, _image_id(client, base_image))
            _write_context(context, dockerfile, {**wheels, name: content})
            _build(client, (tag, build), context, tell)
    finally:
        _remove_leftovers(client, tag, old, build)


def ask_for_target(client: "DockerClient", base_image: str) -> Target:
    """Return the Python of an image, by running it once, without a network."""
    with explained(f"image `{base_image}`"):
        said = words_of(client, base_image, ("python", "-I", "-c", QUESTION))
    try:
        python, machine, kind, libc = json.loads(said)
        return Target(
            python=(python[0], python[1]),
            machine=machine,
            libc=kind,
            libc_version=(libc[0], libc[1]),
        )
    except (ValueError, TypeError, IndexError):
        raise EngineError(
            f"the image `{base_image}` has no Python that can be used: {said.strip()[-200:]}",
            "name an image of Python 3.11 or later to build the gateway's on",
            identifier="image-build-failed",
        ) from None


def _dockerfile(base_image: str, base_id: str) -> bytes:
    number = gateway_package.version()
    return render(
        gateway_package.DOCKERFILE,
        base_image=base_image,
        base_id=base_id,
        fingerprint=image_fingerprint(),
        version=number,
        requirement=f"{gateway_package.DISTRIBUTION}=={number}",
        port=PORT,
    ).encode()


def _write_context(stream: IO[bytes], dockerfile: bytes, wheels: Mapping[str, bytes]) -> None:
    files = {"Dockerfile": dockerfile} | {f"wheels/{name}": wheels[name] for name in sorted(wheels)}
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    stream.seek(0)


def _build(
    client: "DockerClient",
    names: tuple[str, str],
    context: IO[bytes],
    tell: Callable[[str], None],
) -> None:
    tag, build = names
    last: deque[str] = deque(maxlen=LAST_LINES)
    with explained(f"image `{tag}`"):
        answers: Iterable[Mapping[str, Any]] = client.api.build(
            fileobj=context,
            custom_context=True,
            tag=tag,
            rm=True,
            forcerm=True,
            decode=True,
            network_mode="none",
            buildargs={"build": build},
            use_config_proxy=False,
        )
        error = ""
        for answer in answers:  # to the end, or the connection stays open
            error = error or str(answer.get("error", ""))
            for line in filter(str.strip, str(answer.get("stream", "")).splitlines()):
                last.append(line.rstrip())
                if line.lower().startswith(("step", "success")):
                    tell(line.strip())
    if error:
        raise _failed(tag, error, last)


def _failed(tag: str, words: str, last: Iterable[str]) -> InstallerError:
    known = refused("\n".join((*last, words)), f"image `{tag}`")
    if known.identifier != EngineError.identifier:
        return known
    return EngineError(
        "\n".join((f"the image `{tag}` could not be built: {words}", *last)),
        "fix what it says and run this again, or name a ready image in MOSAIC_GATEWAY_IMAGE",
        identifier="image-build-failed",
    )


def _image_id(client: "DockerClient", tag: str) -> str:
    from docker.errors import ImageNotFound

    with explained(f"image `{tag}`"):
        try:
            return str(client.images.get(tag).id)
        except ImageNotFound:
            return ""


def _remove_leftovers(client: "DockerClient", tag: str, old: str, build: str) -> None:
    """Remove the first stage, and the image that had the name before; one in use stays."""
    stage = {"dangling": True, "label": f"{labels.BUILD}={build}"}
    with suppress(EngineError), explained():
        client.images.prune(filters=stage)
    with suppress(EngineError), explained():
        if old and old != _image_id(client, tag):
            client.images.remove(old)
