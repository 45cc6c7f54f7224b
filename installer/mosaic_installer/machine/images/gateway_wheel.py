"""A wheel of the gateway alone, without the installer; the same whenever it is made."""

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping

from mosaic_installer.machine.images.gateway_package import (
    DISTRIBUTION,
    requirements,
    sources,
    version,
)

EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip file knows no earlier time
ENTRY_POINTS = "[console_scripts]\nmosaic-gateway = mosaic_gateway.cli:main\n"


def make_wheel() -> tuple[str, bytes]:
    """Return the wheel's name and content.

    It has the name of the whole distribution, because the gateway looks its version up there.
    https://packaging.python.org/en/latest/specifications/binary-distribution-format/
    """
    number, name = version(), DISTRIBUTION.replace("-", "_")
    folder = f"{name}-{number}.dist-info"
    needs = "".join(f"Requires-Dist: {line}\n" for line in requirements())
    about = f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {number}\n{needs}"
    files = {
        **sources(),
        f"{folder}/METADATA": about.encode(),
        f"{folder}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{folder}/entry_points.txt": ENTRY_POINTS.encode(),
    }
    files[f"{folder}/RECORD"] = _record(files, f"{folder}/RECORD")
    return f"{name}-{number}-py3-none-any.whl", _zipped(files)


def _record(files: Mapping[str, bytes], own_name: str) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.writerow((name, f"sha256={digest}", len(content)))
    rows.writerow((own_name, "", ""))
    return text.getvalue().encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
