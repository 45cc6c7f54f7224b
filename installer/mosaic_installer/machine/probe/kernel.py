"""Whether the kernel has IPVS, by which a Swarm's routing mesh shares connections out."""

import gzip
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path("/")
MODULE = re.compile(r"/ip_vs\.ko\b")
LISTS = ("etc/modules-load.d", "run/modules-load.d", "usr/lib/modules-load.d")
SETTING = re.compile(r"^CONFIG_IP_VS=(y|m)$", re.MULTILINE)


def has_ipvs(root: Path = ROOT, release: str = "") -> bool | None:
    """Return whether it is there or can be loaded; None where nothing on this machine tells.

    `root` is where the kernel's own files are, `release` the kernel's, as uname(2) says it.
    """
    if (root / "proc/net/ip_vs").exists():
        return True
    name = release or os.uname().release
    folder = root / "lib/modules" / name
    lists = [*_texts((folder / "modules.builtin", folder / "modules.dep"))]
    if any(MODULE.search(text) for text in lists):
        return True
    for text in _configurations(root, name):
        found = SETTING.search(text)
        if found is None or found[1] == "y":
            return found is not None
    # As a module, it has to be among those that can be loaded.
    return False if lists else None


def loads_ipvs_at_boot(root: Path = ROOT, release: str = "") -> bool:
    """Return whether IPVS is part of the kernel, or loaded before services start.

    As a module, it has to be in a list of modules-load.d(5).
    """
    name = release or os.uname().release
    if any(MODULE.search(text) for text in _texts((root / f"lib/modules/{name}/modules.builtin",))):
        return True
    found = (SETTING.search(text) for text in _configurations(root, name))
    if any(each is not None and each[1] == "y" for each in found):
        return True
    lists = [path for folder in LISTS for path in (root / folder).glob("*.conf")]
    return any("ip_vs" in text.split() for text in _texts((root / "etc/modules", *lists)))


def _configurations(root: Path, release: str) -> Iterator[str]:
    with suppress(OSError, EOFError):
        yield gzip.decompress((root / "proc/config.gz").read_bytes()).decode(errors="replace")
    yield from _texts((root / f"boot/config-{release}",))


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with suppress(OSError):
            yield path.read_text(errors="replace")
