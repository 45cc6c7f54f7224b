"""Valkey: sessions, and whatever else waits in a queue."""

from mosaic_installer.core.containers.names import QUEUE
from mosaic_installer.core.containers.service import AS_ROOT_FIRST, File, Health, Port, Service

USERS = "/run/secrets/valkey-users.acl"
START = (
    f"install -m 0400 -o valkey {USERS} /run/valkey-users.acl && "
    "exec docker-entrypoint.sh valkey-server --aclfile /run/valkey-users.acl "
    "--appendonly yes --save '' --maxmemory 384mb --maxmemory-policy noeviction"
)
ASK = "valkey-cli -h 127.0.0.1 --no-auth-warning --user health --pass any ping | grep -qx PONG"

VALKEY = Service(
    name=QUEUE,
    image="images.valkey",
    instead="storage.valkey_url",
    ports=(Port(setting="storage.valkey_port", inside=6379, reach="gateway"),),
    reached_at="redis://mosaic@{}/0",
    secret="valkey_password",  # noqa: S106 - its name
    files=(
        File(
            path="compose/secrets/valkey-users.acl",
            target=USERS,
            secret="valkey_password",  # noqa: S106 - its name
            form="valkey-users",
        ),
    ),
    volume="/data",
    before_gateway=True,
    entrypoint=("/bin/sh", "-c"),
    command=(START,),
    capabilities=AS_ROOT_FIRST,
    scratch=("/tmp", "/run:mode=0755"),  # noqa: S108 - inside its container
    memory="896m",
    processes=128,
    grace=30,
    health=Health(test=("CMD-SHELL", ASK), interval=2, timeout=5, retries=15, start=60, rest=13),
    notes={
        "entrypoint": "The file is its owner's alone: root copies it for the user that the image "
        "then becomes.",
        "command": "Less than half of its memory is for what it keeps: a fork that writes the file "
        "anew may need as much again. Snapshots would fork for nothing: the file has every change. "
        "Never lower what it may keep: with more than that it would refuse every write.",
    },
)
