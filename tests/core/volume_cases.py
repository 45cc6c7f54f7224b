"""The cases of the checks of volumes: what they hold, and what it means that they are gone."""

from tests.core.container_cases import (
    IN_CONTAINERS,
    IN_OWN,
    MOVED,
    SERVICE,
    STANDALONE,
    STRANGE,
    VOLUME,
    with_engine,
)
from tests.core.expected import Found, Silent

from mosaic_installer.core.facts.servers import Servers
from mosaic_installer.core.frozen import replace

AUTHORITY = replace(SERVICE, service="step-ca")

CASES: dict[str, list[Found | Silent]] = {
    "volumes-are-ours": [
        Found("error", "`v` is there already", with_engine(parts=(STRANGE,)), STANDALONE),
        Silent(with_engine(parts=(VOLUME,)), STANDALONE),
        Silent(IN_CONTAINERS | with_engine(parts=(STRANGE,)), STANDALONE),
        Silent(with_engine(parts=(STRANGE,)), MOVED),
    ],
    "volumes-have-their-secrets": [
        Found("warning", "postgres", {"servers": Servers(orphans=("postgres",))}, STANDALONE),
        Silent({"servers": Servers(orphans=("postgres",))}),
        Silent({"servers": Servers(orphans=("step-ca",))}, {**STANDALONE, "tier": "federated"}),
    ],
    "database-volume-is-there": [
        Found(
            "error",
            "backups: a.dump",
            {"servers": Servers(lost=("postgres",), backups=("a.dump",))},
            STANDALONE,
            hint="--ignore",
        ),
        Found(
            "error",
            "none in `/srv/mosaic/data/backups`",
            {"servers": Servers(lost=("postgres",)), **with_engine(parts=(SERVICE,))},
            STANDALONE,
            hint="`mosaic uninstall`, then `mosaic install`",
        ),
        Silent({**IN_OWN, "servers": Servers(lost=("postgres",))}, STANDALONE),
    ],
    "authority-volume-is-there": [
        Found(
            "error",
            "its keys",
            {"servers": Servers(lost=("step-ca",))},
            STANDALONE,
            hint="--ignore",
        ),
        Found(
            "error",
            "its keys",
            {"servers": Servers(lost=("step-ca",)), **with_engine(parts=(AUTHORITY,))},
            STANDALONE,
            hint="`mosaic uninstall`, then `mosaic install`",
        ),
    ],
    "authority-has-its-password": [
        Found(
            "error",
            "the password of the certificate authority is lost",
            {"servers": Servers(orphans=("step-ca",))},
            {**STANDALONE, "tier": "federated"},
            hint="--ignore",
        ),
        Found(
            "error",
            "the password of the certificate authority is lost",
            {"servers": Servers(orphans=("step-ca",)), **with_engine(parts=(AUTHORITY,))},
            {**STANDALONE, "tier": "federated"},
            hint="on its node",
        ),
        Silent({"servers": Servers(orphans=("step-ca",))}, STANDALONE),
    ],
    "database-major-is-the-same": [
        Found(
            "error",
            "is of PostgreSQL 16, the image `pgvector/pgvector:pg17` of 17",
            {"servers": Servers(volume_major="16", image_major="17")},
            STANDALONE,
        ),
        Silent({"servers": Servers(volume_major="17", image_major="17")}, STANDALONE),
        Silent({"servers": Servers(volume_major="16")}, STANDALONE),
    ],
}
