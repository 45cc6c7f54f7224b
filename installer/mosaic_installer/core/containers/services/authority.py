"""step-ca: the certificate authority that gateways of several hosts know each other by."""

from mosaic_installer.core.containers.names import AUTHORITY
from mosaic_installer.core.containers.service import AS_ROOT_FIRST, File, Health, Port, Service
from mosaic_installer.core.provisioner_key import PROVISIONER_KEY

HOME = "/home/step"
ASK = (
    f"step ca health --ca-url https://127.0.0.1:9000 --root {HOME}/certs/root_ca.crt | grep -q ^ok"
)

STEP_CA = Service(
    name=AUTHORITY,
    image="images.step_ca",
    tiers=("federated",),
    ports=(Port(setting="authority.port", inside=9000, reach="gateways"),),
    reached_at="https://{}",
    secret="authority_password",  # noqa: S106 - its name
    secret_of_gateway=PROVISIONER_KEY,
    files=(
        File(path="compose/step-ca/start.sh", target="/etc/mosaic/start.sh"),
        File(path="compose/step-ca/ca.json", target="/etc/mosaic/ca.json", names_key=True),
        File(path="compose/step-ca/x509.tpl", target="/etc/mosaic/x509.tpl"),
        File(
            path="compose/secrets/authority-password",
            target="/run/secrets/authority-password",
            secret="authority_password",  # noqa: S106 - its name
        ),
    ),
    volume=HOME,
    proof="gateway/secrets/authority-fingerprint",
    before_gateway=True,
    user="root",
    entrypoint=("/bin/sh", "/etc/mosaic/start.sh"),
    command=(),
    capabilities=(*AS_ROOT_FIRST, "NET_BIND_SERVICE"),
    scratch=("/tmp", "/run:mode=0755"),  # noqa: S108 - inside its container
    memory="256m",
    processes=128,
    grace=15,
    health=Health(test=("CMD-SHELL", ASK), interval=5, timeout=5, retries=15, start=60, rest=10),
    notes={
        "entrypoint": "Our own start, not the image's: that one writes the authority's password "
        "into the log.",
        "capabilities": "NET_BIND_SERVICE: the image's program carries that capability, and cannot "
        "even be started where it is not to be had. The port is above 1024.",
    },
)
