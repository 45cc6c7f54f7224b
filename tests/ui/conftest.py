"""What tests of prompts share."""

from collections.abc import Iterator

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from tests.ui.keyboard import Keyboard, Screen


@pytest.fixture
def person() -> Iterator[Keyboard]:
    size = Size(rows=24, columns=100)
    with create_pipe_input() as pipe:
        screen = Screen(pipe)
        output = Vt100_Output(screen, lambda: size, term="xterm", enable_cpr=False)
        with create_app_session(input=pipe, output=output):
            yield Keyboard(screen)
