"""What an engine that started no container meant."""

import pytest

from mosaic_installer.machine.engine.errors import refused
from mosaic_installer.machine.engine.mount_trial import is_about_mounts

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("words", "is_about"),
    [
        ('invalid mount config for type "bind": bind source path does not exist: /a', True),
        ("mounts denied: \nThe path /a is not shared from the host", True),
        ("OCI runtime create failed: operation not permitted: unknown", True),
        ('exec: "cat": executable file not found in $PATH: unknown', False),
        ("write /var/lib/docker/x: no space left on device", False),
    ],
)
def test_an_engine_that_starts_nothing_may_have_meant_the_file(
    words: str, *, is_about: bool
) -> None:
    assert is_about_mounts(refused(words)) is is_about
