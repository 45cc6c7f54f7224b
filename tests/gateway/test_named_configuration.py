"""The gateway in a container is told by a variable where its configuration lies."""

import sys
from collections.abc import Sequence

import pytest
from tests.gateway.process import Home

pytestmark = pytest.mark.gateway


class HomeInContainer(Home):
    """One whose gateway is told by a variable where its configuration lies."""

    def command(self, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "mosaic_gateway", *arguments]


def test_a_variable_names_the_configuration_as_well(home: Home) -> None:
    contained = HomeInContainer(home.folder, home.backing)
    contained.start({"MOSAIC_CONFIG": str(contained.config)})
    assert contained.set_up()
    assert contained.stop() == 0
