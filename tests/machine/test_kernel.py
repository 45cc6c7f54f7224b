"""Whether a kernel has what a routing mesh needs, by the files that tell it."""

import gzip
from pathlib import Path

import pytest

from mosaic_installer.machine.probe.kernel import has_ipvs, loads_ipvs_at_boot

pytestmark = pytest.mark.unit

RELEASE = "6.12.0"
MODULES = f"lib/modules/{RELEASE}/modules.dep"
BUILTIN = f"lib/modules/{RELEASE}/modules.builtin"
BOOT = f"boot/config-{RELEASE}"
DEPENDS = "kernel/net/netfilter/ipvs/ip_vs_rr.ko: kernel/net/netfilter/ipvs/ip_vs.ko.xz\n"


@pytest.mark.parametrize(
    ("files", "has_it"),
    [
        ({"proc/net/ip_vs": "IP Virtual Server version 1.2.1"}, True),
        ({MODULES: DEPENDS}, True),
        ({BUILTIN: "kernel/net/netfilter/ipvs/ip_vs.ko\n", MODULES: ""}, True),
        ({MODULES: "kernel/net/bridge/bridge.ko:\n"}, False),
        ({"proc/config.gz": "CONFIG_IP_VS=y\n"}, True),
        ({"proc/config.gz": "CONFIG_IP_VS=m\n"}, None),
        ({"proc/config.gz": "CONFIG_IP_VS=m\n", MODULES: ""}, False),
        ({"proc/config.gz": "# CONFIG_IP_VS is not set\n"}, False),
        ({BOOT: "CONFIG_IP_VS_RR=y\n"}, False),
        ({BOOT: "CONFIG_IP_VS=y\n", MODULES: ""}, True),
        ({}, None),
    ],
)
def test_it_is_found_where_the_kernel_tells(
    tmp_path: Path, files: dict[str, str], has_it: object
) -> None:
    write(tmp_path, files)
    assert has_ipvs(tmp_path, RELEASE) is has_it


@pytest.mark.parametrize(
    ("files", "is_early"),
    [
        ({BUILTIN: "kernel/net/netfilter/ipvs/ip_vs.ko\n"}, True),
        ({"proc/config.gz": "CONFIG_IP_VS=y\n"}, True),
        ({"proc/config.gz": "CONFIG_IP_VS=m\n", MODULES: DEPENDS}, False),
        ({"etc/modules-load.d/mesh.conf": "# for Docker\nip_vs\n"}, True),
        ({"etc/modules-load.d/mesh.conf": "ip_vs_rr\n"}, False),
        ({"etc/modules": "loop\nip_vs\n"}, True),
        ({}, False),
    ],
)
def test_it_is_there_early_as_a_part_of_the_kernel_or_in_a_list(
    tmp_path: Path, files: dict[str, str], *, is_early: bool
) -> None:
    write(tmp_path, files)
    assert loads_ipvs_at_boot(tmp_path, RELEASE) is is_early


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
