"""A secret cannot print itself, and cannot travel by accident."""

import copy
import json
import logging
import pickle
from collections.abc import Callable

import pytest
from tests.make import make_answers

from mosaic_installer.core.frozen import as_dict
from mosaic_installer.core.secret import REDACTED, Secret, scrub

pytestmark = pytest.mark.unit

VALUE = "correct-horse-9"
SECRET = Secret(VALUE)


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r:>40}",
        lambda secret: f"{secret:>40}",
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 # old code does this
        "{}".format,  # old code does this
        lambda secret: repr([secret, {"key": secret}]),
        lambda secret: json.dumps({"key": secret}, default=str, ensure_ascii=False),
        lambda secret: repr(make_answers(admin_password=secret)),
        lambda secret: logging.makeLogRecord({"msg": "%s", "args": (secret,)}).getMessage(),
    ],
)
def test_a_secret_shows_as_a_placeholder(show: Callable[[Secret], str]) -> None:
    shown = show(SECRET)
    assert VALUE not in shown
    assert REDACTED in shown


@pytest.mark.parametrize(
    "carry",
    [
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        json.dumps,
        vars,
        lambda secret: as_dict(make_answers(admin_password=secret)),
        "".join,  # a secret is no text that can be gone through
    ],
)
def test_a_secret_refuses_to_travel(carry: Callable[[object], object]) -> None:
    with pytest.raises(TypeError) as refused:
        carry(SECRET)
    assert VALUE not in str(refused.value)


def test_a_secret_is_revealed_on_request_only() -> None:
    assert SECRET.reveal() == VALUE
    assert len(SECRET) == len(VALUE)


def test_equal_secrets_are_equal_and_nothing_else_is() -> None:
    assert Secret(VALUE) == SECRET
    assert {Secret(VALUE), SECRET} == {SECRET}
    assert Secret("x") != SECRET
    assert SECRET != VALUE


def test_scrubbing_replaces_longest_first_and_spares_short_words() -> None:
    secrets = [Secret("horse"), Secret(VALUE), Secret("abc"), Secret("")]
    text = f"{VALUE}, horse, abc"
    assert scrub(text, secrets) == f"{REDACTED}, {REDACTED}, abc"
