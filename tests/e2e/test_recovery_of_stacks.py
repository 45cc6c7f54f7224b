"""Recovery where containers are concerned: every loss made to happen, and put right, for real."""

import shutil
from typing import Any

import pytest
from tests.e2e.program import PASSWORD
from tests.e2e.stack import Stack
from tests.engine.engine import Engine, run

pytestmark = pytest.mark.install

VALKEY = "valkey/valkey:8-alpine"
NOTE = "CREATE TABLE IF NOT EXISTS note AS SELECT 'written before the loss' AS text"


@pytest.fixture
def noted(broken_stack: Stack) -> Stack:
    """An installation with a row that has to outlive the loss."""
    broken_stack.psql(NOTE)
    return broken_stack


def is_whole(stack: Stack) -> bool:
    """Whether the token works, the row is there, and nothing is left to do."""
    stack.run("install", "--check")
    kept = stack.psql("SELECT text FROM note") == "written before the loss"
    return kept and stack.site.has_working_token()


def test_row_11_all_secrets_are_lost_and_the_data_is_not(noted: Stack) -> None:
    old = (noted.site.config / "secrets.toml").read_text()
    (noted.site.config / "secrets.toml").unlink()
    shutil.rmtree(noted.site.config / "gateway/secrets")
    done = noted.run("install", "--yes")
    assert "its password is lost" in done.stderr
    assert "everybody signs in again" in " ".join(done.stderr.split())
    assert (noted.site.config / "secrets.toml").read_text() != old
    assert is_whole(noted)


def test_row_11_secrets_are_taken_from_what_was_derived_of_them(noted: Stack) -> None:
    old = (noted.site.config / "secrets.toml").read_text()
    started = noted.inspect("postgres")["State"]["StartedAt"]
    (noted.site.config / "secrets.toml").unlink()
    noted.run("install", "--yes")
    assert sorted((noted.site.config / "secrets.toml").read_text().split()) == sorted(old.split())
    assert noted.inspect("postgres")["State"]["StartedAt"] == started
    assert is_whole(noted)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("service", ["postgres", "valkey", "gateway"])
def test_row_13_a_container_was_removed(noted: Stack, service: str) -> None:
    run("docker", "rm", "--force", noted.container(service))
    noted.run("install", "--check", code=9)
    noted.run("doctor", "--fix")
    assert is_whole(noted)


def test_row_14_the_volume_of_the_database_was_removed(noted: Stack) -> None:
    old = noted.site.token()
    run("docker", "rm", "--force", noted.container("gateway"), noted.container("postgres"))
    run("docker", "volume", "rm", f"{noted.project}_postgres")
    password: dict[str, Any] = {"MOSAIC_ADMIN_PASSWORD": PASSWORD}
    ignoring = ("--ignore", "database-volume-is-there")
    refused = noted.run("install", "--yes", code=4)
    refused.says("all data with it", "backups", "--ignore database-volume-is-there")
    assert not [name for name in noted.made()["volumes"] if name.endswith("_postgres")]
    noted.run("install", "--yes", *ignoring, code=2).says("admin.password is missing")
    noted.run("install", "--yes", *ignoring, **password)
    assert noted.site.has_working_token()
    assert noted.site.status_with(old) == 401
    assert noted.psql("SELECT count(*) FROM users") == "1"


def test_the_volume_of_a_stranger_is_not_taken_over(stack: Stack) -> None:
    volume = f"{stack.project}_postgres"
    run("docker", "volume", "create", volume)
    try:
        done = stack.install("--yes", code=4)
        done.says(f"the volume `{volume}` is there already", f"`docker volume rm {volume}`")
        assert not stack.site.home.exists()
        stack.install("--yes", "--ignore", "volumes-are-ours")
        assert "Already up to date" in stack.run("install", "--yes").said
    finally:
        stack.clear()
        run("docker", "volume", "rm", "--force", volume)


def test_row_15_the_volume_of_the_authority_was_removed(broken_federated: Stack) -> None:
    stack = broken_federated
    stack.psql(NOTE)
    pin = stack.site.config / "gateway/secrets/authority-fingerprint"
    old = pin.read_text()
    remove_authority(stack)
    refused = stack.run("install", "--yes", code=4)
    refused.says("must enrol again", "--ignore authority-volume-is-there")
    assert pin.read_text() == old
    stack.run("install", "--yes", "--ignore", "authority-volume-is-there")
    assert pin.read_text() != old
    assert is_whole(stack)
    lose_password_of_authority(stack)
    refused = stack.run("install", "--yes", code=4)
    refused.says("the password of the certificate authority is lost", f"`{stack.project}_step-ca`")
    remove_authority(stack)
    stack.run("install", "--yes", "--ignore", "authority-volume-is-there")
    assert is_whole(stack)


def remove_authority(stack: Stack) -> None:
    run("docker", "rm", "--force", stack.container("step-ca"))
    run("docker", "volume", "rm", f"{stack.project}_step-ca")


def lose_password_of_authority(stack: Stack) -> None:
    """Lose it where it is kept, and where the authority reads it."""
    (stack.site.config / "compose/secrets/authority-password").unlink()
    secrets = stack.site.config / "secrets.toml"
    lines = secrets.read_text().splitlines(keepends=True)
    secrets.write_text("".join(line for line in lines if not line.startswith("authority_password")))


def test_what_was_removed_by_hand_comes_back_with_its_data(noted: Stack) -> None:
    image = f"mosaic-gateway:{noted.made()['images'][0].partition(':')[2]}"
    services = ("postgres", "valkey", "gateway")
    for words, repair in (
        ([["stop", "--time=1", "postgres"], ["pause", "gateway"]], ("doctor", "--fix")),
        (
            [["rm", "--force", "valkey"], ["rm", "--force", "gateway"], ["image", "rm", image]],
            ("install", "--yes"),
        ),
        ([["rm", "--force", name] for name in services] + [["network"]], ("doctor", "--fix")),
    ):
        for command in words:
            if command == ["network"]:
                run("docker", "network", "rm", *noted.made()["networks"])
            elif command[-1] in services:
                run("docker", *command[:-1], noted.container(command[-1]))
            else:
                run("docker", *command)
        noted.run("doctor", code=9)
        noted.run(*repair)
        assert is_whole(noted), words


def test_a_tired_operator_deletes_the_whole_configuration(noted: Stack) -> None:
    shutil.rmtree(noted.site.config)
    noted.run("status", code=1).says("the settings in", "are lost, but the containers")
    # Nothing but the place is known: neither tier, nor port, nor anybody's password.
    done = noted.run("install", "--yes", MOSAIC_GATEWAY_PORT=None)
    assert "answers.toml is lost; rebuilt" in done.stderr
    assert "tier = standalone" in done.stderr
    assert is_whole(noted)


def copy_volume(source: str, target: str) -> None:
    mounts = (f"--volume={source}:/source:ro", f"--volume={target}:/target")
    words = ("cp", "-a", "/source/.", "/target/")
    run("docker", "run", "--rm", "--user=0", "--entrypoint=", *mounts, VALKEY, *words)


def test_row_14_the_volume_was_put_back_from_a_copy(noted: Stack, engine: Engine) -> None:
    volume, copy, token = f"{noted.project}_postgres", engine.volume(), noted.site.token()
    run("docker", "rm", "--force", noted.container("gateway"), noted.container("postgres"))
    copy_volume(volume, copy)
    run("docker", "volume", "rm", volume)
    refused = noted.run("install", "--yes", code=4, MOSAIC_ADMIN_PASSWORD=PASSWORD)
    refused.says("all data with it")
    # As `docker volume create` makes it: without any label.
    run("docker", "volume", "create", volume)
    copy_volume(copy, volume)
    noted.run("install", "--yes")
    assert noted.site.token() == token
    assert is_whole(noted)
    noted.run("uninstall", "--purge", "--yes")
    assert run("docker", "volume", "rm", volume, code=None).code, "it is gone already"
