"""Which lines of a compose file are those of a server: when they change, it is made anew."""

import pytest

from mosaic_installer.core.actions.servers import definition_of

pytestmark = pytest.mark.unit


def test_a_server_is_defined_by_its_own_lines_and_the_shared_ones() -> None:
    compose = (
        "x: shared\n\nservices:\n  one:\n    image: a\n    # why\n\n    user: b\n"
        "  two:\n    image: c\n\nnetworks:\n  default: {}\n"
    )
    one = definition_of("one", compose)
    assert one == "\nx: shared\n  one:\n    image: a\n    # why\n\n    user: b\n"
    assert definition_of("two", compose) == "\nx: shared\n  two:\n    image: c\n"
    assert definition_of("three", compose) == "\nx: shared\n"
    assert definition_of("one", "") == ""


def test_a_definition_in_another_form_than_ours_counts_as_a_whole() -> None:
    compose = "services: {one: {image: a}, two: {image: b}}\n"
    assert definition_of("one", compose) == compose
    assert definition_of("three", compose) == ""


def test_a_server_stays_as_it_is_when_one_after_it_goes() -> None:
    rest = "\nnetworks:\n  default: {}\n"
    one, two = "  one:\n    image: a\n", "  two:\n    image: c\n"
    assert definition_of("one", f"services:\n{one}{two}{rest}") == definition_of(
        "one", f"services:\n{one}{rest}"
    )
