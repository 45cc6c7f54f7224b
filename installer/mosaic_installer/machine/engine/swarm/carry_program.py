"""What runs on a node to carry a volume to another: by itself, on Python 3.13 or later.

Both ends, and nobody else, know a fresh key: by it they know each other and encrypt (TLS-PSK).
The one that sends only ever reads. This file is handed over as text and imports nothing of ours.
"""

import fcntl
import hashlib
import json
import os
import shutil
import socket
import ssl
import stat
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

VOLUME = Path(os.environ.get("VOLUME", "/volume"))
KEY = Path(os.environ.get("KEY", "/run/secrets/mosaic-carry"))
PORT = int(os.environ.get("PORT", "7002"))
COPY = VOLUME / ".mosaic-copy"
"""In a volume that is being copied to, until a service may begin there."""
MOVED = VOLUME / ".mosaic-moved"
"""In a volume whose data is on another node: the old data, and `where` the other is."""
OURS, OF_DISK = {COPY.name, MOVED.name}, "lost+found"
FREE, HAS_DATA, HAS_MOVED, TOO_OLD = 0, 10, 11, 12
PATIENCE = 300.0
"""Seconds that the other end gets to begin."""
HANDSHAKE = 10.0
CIPHERS = "ECDHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES256-GCM-SHA384:PSK-AES256-GCM-SHA384"


def look() -> int:
    """Return what is in the volume, as an exit code."""
    if not getattr(ssl, "HAS_PSK", False):
        return TOO_OLD
    return kind()


def kind() -> int:
    """Return whether the volume is free: empty, or a copy that nothing has begun with."""
    names = {path.name for path in VOLUME.iterdir()} - {OF_DISK}
    if MOVED.name in names:
        return HAS_MOVED
    return FREE if COPY.name in names or not names else HAS_DATA


def walk(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder, in an order that is the same everywhere; but not our marks."""
    for path in sorted(folder.iterdir()):
        if path in {COPY, MOVED}:
            continue
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from walk(path)


def measure() -> dict[str, Any]:
    """Return the digest of all that counts in the volume, and how much that is."""
    sha, first, files, size = hashlib.sha256(), dict[tuple[int, int], str](), 0, 0
    for path in (VOLUME, *walk(VOLUME)):
        status, name = path.lstat(), str(path.relative_to(VOLUME))
        if stat.S_ISSOCK(status.st_mode):
            continue  # nobody listens there
        fields: list[object] = [name, status.st_mode, status.st_uid, status.st_gid]
        if path.is_symlink():
            fields.append(str(path.readlink()))
        elif path != VOLUME:
            fields.append(int(status.st_mtime))
        if stat.S_ISREG(status.st_mode):
            known = first.setdefault((status.st_dev, status.st_ino), name)
            fields.append(known)
            if known == name:
                with path.open("rb") as file:
                    fields += [status.st_size, hashlib.file_digest(file, "sha256").hexdigest()]
                files, size = files + 1, size + status.st_size
        sha.update(json.dumps(fields).encode() + b"\n")
    return {"digest": sha.hexdigest(), "files": files, "bytes": size}


def context(*, is_server: bool) -> Any:
    """Return how the two ends talk: with the key, or not at all."""
    key = bytes.fromhex(KEY.read_text().strip())
    protocol = ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT
    made: Any = ssl.SSLContext(protocol)  # what it has of keys is newer than what checks us
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.minimum_version = made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(CIPHERS)
    if is_server:
        made.set_psk_server_callback(lambda _identity: key)
    else:
        made.set_psk_client_callback(lambda _hint: ("mosaic", key))
    return made


def receive() -> int:
    """Fill the volume with what comes, and compare it with what was sent."""
    hold()
    with accepted() as connection:
        stream: Any = connection.makefile("rwb")
        sent = json.loads(stream.readline())
        clear()
        if sent["bytes"] > shutil.disk_usage(VOLUME).free:
            sys.exit(f"the disk is too full for {sent['bytes']:,} bytes")
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            # It comes from our own other end, and all that is in the volume has to come along.
            archive.extractall(VOLUME, numeric_owner=True, filter="fully_trusted")  # noqa: S202
        os.sync()
        mine = measure()
        stream.write(json.dumps(mine).encode() + b"\n")
        stream.flush()
    return compared(mine, sent)


def compared(mine: object, other: object) -> int:
    """Say what both ends have; it is an error where that is not the same."""
    if mine != other:
        sys.exit(f"what came differs from what was sent: {mine} here, {other} there")
    sys.stdout.write(json.dumps(mine) + "\n")
    return 0


def accepted() -> ssl.SSLSocket:
    """Wait for the other end; who does not know the key is not it."""
    made, until = context(is_server=True), time.monotonic() + PATIENCE
    with socket.create_server(("", PORT)) as server:
        while (left := until - time.monotonic()) > 0:
            server.settimeout(left)
            try:
                plain, _ = server.accept()
                plain.settimeout(HANDSHAKE)
                return patient(made.wrap_socket(plain, server_side=True))
            except OSError:
                continue
    sys.exit("the other end did not come")


def connected(host: str) -> ssl.SSLSocket:
    """Reach the other end, which may begin later."""
    made, until, reason = context(is_server=False), time.monotonic() + PATIENCE, ""
    while time.monotonic() < until:
        try:
            plain = socket.create_connection((host, PORT), timeout=HANDSHAKE)
            return patient(made.wrap_socket(plain))
        except OSError as error:
            reason = str(error)
        time.sleep(0.3)
    sys.exit(f"the other end cannot be reached: {reason}")


def patient(connection: ssl.SSLSocket) -> ssl.SSLSocket:
    """Let it take as long as it takes, but notice where the other end is gone."""
    connection.settimeout(None)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    return connection


def hold() -> None:
    """Hold the volume until we end, as its service does; wait for who still has it."""
    folder, until = os.open(VOLUME, os.O_RDONLY), time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                sys.exit("another container still uses the volume")
        time.sleep(0.3)


def clear() -> None:
    """Mark the volume as a copy, and remove what an earlier attempt left in it."""
    if kind() != FREE:
        sys.exit("the volume there has data")
    COPY.write_text("unfinished\n")
    os.sync()
    for path in VOLUME.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != COPY:
            path.unlink()


def send(host: str) -> int:
    """Send what is in the volume, and hear what came there."""
    hold()
    with connected(host) as connection:
        stream: Any = connection.makefile("rwb")
        mine = measure()
        stream.write(json.dumps(mine).encode() + b"\n")
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            archive.add(VOLUME, arcname=".", filter=unmarked)
        stream.flush()
        came = json.loads(stream.readline() or "null")
    return compared(mine, came)


def unmarked(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave our marks out."""
    return None if str(Path(member.name)) in OURS else member


def begin() -> int:
    """Let a service begin with the copy, which is whole."""
    COPY.unlink(missing_ok=True)
    os.sync()
    return 0


def retire(where: str) -> int:
    """Put the old data out of the way, so that nothing takes it for the present one."""
    hold()
    data = MOVED / "data"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (MOVED / "where").write_text(f"{where}\n")
    os.sync()
    for path in VOLUME.iterdir():
        if path.name not in {MOVED.name, OF_DISK}:
            path.rename(data / path.name)
    os.sync()
    return 0


def restore() -> int:
    """Put old data back where its server finds it, also where a former attempt was cut off."""
    hold()
    data = MOVED / "data"
    for path in [*data.iterdir()] if data.exists() else ():
        if os.path.lexists(VOLUME / path.name):
            sys.exit(f"besides the old data, the volume there has a {path.name} of its own")
        path.rename(VOLUME / path.name)
    os.sync()
    if MOVED.exists():
        shutil.rmtree(MOVED)
    os.sync()
    return 0


PARTS: tuple[Callable[..., int], ...] = (look, receive, send, begin, retire, restore)

if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    sys.exit({each.__name__: each for each in PARTS}[verb](*words))
