"""The certificate authority that gateways of several hosts know each other by."""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.authority import PinAuthority
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.names import AUTHORITY
from mosaic_installer.core.containers.users import secret_reader
from mosaic_installer.core.containers.wanted import wanted_stack
from mosaic_installer.core.facts import Facts

TITLE = "Authority"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield nothing where there is no authority."""
    stack = wanted_stack(facts, answers)
    if stack is not None and AUTHORITY in stack.services:
        yield PinAuthority(stack=stack, reader=secret_reader(facts, answers))
