"""A volume whose owner is somebody else's user, as an engine that maps users makes it."""

from pathlib import Path

import pytest
from tests.engine.engine import Engine, run

from mosaic_installer.core.containers.services.authority import STEP_CA

pytestmark = pytest.mark.install

IMAGE = "smallstep/step-ca"
OURS = Path(__file__).parents[1] / "cases/federated/files/config/compose/step-ca"
MAPPED = "101000:101000"


def test_the_authority_takes_possession_of_it(engine: Engine, tmp_path: Path) -> None:
    volume = f"--volume={engine.volume()}:{STEP_CA.volume}"
    # An empty one would get the owner of the image's folder again, at every start.
    theirs = f"touch {STEP_CA.volume}/kept && chown -R {MAPPED} {STEP_CA.volume}"
    owned = (volume, "--user=0:0", "--entrypoint=/bin/sh")
    assert engine.run(IMAGE, "-c", theirs, options=owned).wait_for_exit() == 0
    password = tmp_path / "password"
    password.write_text("s3cret-of-the-authority\n")
    mounts = [f"--volume={password}:/run/secrets/authority-password:ro"]
    for file in OURS.iterdir():  # as root of the container reads them
        copy = tmp_path / file.name
        copy.write_text(file.read_text())
        mounts.append(f"--volume={copy}:/etc/mosaic/{file.name}:ro")
    limits = ("--cap-drop=ALL", *(f"--cap-add={each}" for each in STEP_CA.capabilities))
    options = (*mounts, volume, "--user=0:0", *limits, "--tmpfs=/run:mode=0755", "--tmpfs=/tmp")
    assert STEP_CA.health is not None
    authority = engine.run(
        IMAGE,
        "/etc/mosaic/start.sh",
        options=(*options, "--entrypoint=/bin/sh", "--init"),
        health=STEP_CA.health.test[-1],
    )
    authority.wait_until_healthy()
    ids = run("docker", "exec", authority.name, "stat", "-c", "%u", STEP_CA.volume).stdout
    assert ids == "1000\n"
