"""What a person reads is plain English: no phrase that was found wanting comes back.

The phrases are those that newcomers stumbled over, each with what is said instead.
"""

import re
from functools import cache

import pytest
from tests.said import said

pytestmark = pytest.mark.unit

SAID_INSTEAD = {
    "TO DO": "the fault, then its remedy",
    "actions are not done": "3 problems found",
    "actions are done": "Everything is healthy",
    "The same again": "Confirm password",
    "Key of a model provider": "Model provider API key",
    "The two differ": "The two passwords do not match",
    "How do you want to go on": "What would you like to do?",
    "when that is mended": "Check again",
    "(typed now)": "(entered just now)",
    "Go ahead?": "Apply this plan?",
    "Prove the saved token": "Check that the token works",
    "Make sure that a working token": "Check the admin token, and replace it",
    "Generate secrets (": "Generate 2 secrets",
    "Kept in": "Saved to",
    "and the token on file still works": "Your existing token still works",
    "Nothing changed: Mosaic": "Already up to date",
    "it says so": "No changes",
    "other sessions of theirs": "Their other sessions have been signed out",
    "Enter leaves it as it is": "press Enter to leave it unchanged",
    "API key of ": "Anthropic API key",
    "Image that the gateway": "Base image for the gateway",
    "Name that people reach": "Hostname",
    "Web addresses that may": "Allowed web origins (CORS)",
    "What the gateway runs as": "Run the gateway as",
    "Address of your own": "External PostgreSQL URL",
    "is for this machine only": "keeps the gateway private to this machine",
    "shall cost little": "simple or low-cost tasks",
    "Traces of what the gateway does": "Nothing leaves your machines",
    "that it publishes is looked at": "its discovery document is checked",
    "this is root": "you are root",
    "the gateway stays off": "will not start again after a reboot",
    "a command is wanted": "the help",
    "shows how it is used": "for usage",
    "do what the hints above say": "fix the problem above",
    "pass over a check": "skip a check",
    "mend what its log says": "fix the error in the log",
    "mend what it says": "fix what it says",
    "goes on from here": "continues from here",
    "begin with an empty database": "start with an empty database",
    "let it go on with": "keep it running with",
    "sign-on is not complete": "sign-on is incomplete",
    "give what is missing": "enter it",
    "install, go on, reconfigure": "install, resume, reconfigure or repair",
    "hold again": "restore the defaults",
    "write generated files anew": "overwrite generated files",
    "take back what the installation made": "remove everything the installer created",
    "as screen readers like it": "for screen readers",
    "Changes of your own belong": "Put your own changes in",
    "is offered to be repaired": "mosaic offers to repair it first",
    "Commands that report know": "Reporting commands accept",
}
# Of several words for one thing, those that are not said; the whole name of an option may hold one.
OTHER_WORDS = {
    r"director(y|ies)": "folder",
    r"(another|other|a) place (with|that|to install)": "folder: a place is none on the disk",
    r"actions?": "step; a stage has several",
    r"home (of|for) the installation": "folder: home is only in MOSAIC_HOME, and the home screen",
}
OF_THE_SYSTEM = {"Is a directory"}
FORBIDDEN = ("belong into", "belongs into", "is wanted, such as")


@cache
def texts() -> list[tuple[str, str]]:
    """Return what is said, each text in one line: a phrase may go on in the next."""
    return [(where, " ".join(text.split())) for where, text in said()]


def test_no_phrase_that_was_replaced_comes_back() -> None:
    found = [
        f"{where}: {old!r}: say {new!r}"
        for where, text in texts()
        for old, new in SAID_INSTEAD.items()
        if old in text
    ]
    assert found == []


def test_no_turn_of_phrase_that_is_no_english_is_used() -> None:
    assert [(where, word) for where, text in texts() for word in FORBIDDEN if word in text] == []


def test_one_thing_has_one_word() -> None:
    assert [
        f"{where}: {found[0]!r}: say {word!r}"
        for where, text in texts()
        for other, word in OTHER_WORDS.items()
        if text not in OF_THE_SYSTEM
        if " " in text and "/rendered/" not in where and not where.endswith(".j2")
        if (found := re.search(rf"(?<![-\w]){other}(?![-\w])", text, re.IGNORECASE))
    ] == []


def test_every_step_begins_with_a_verb_that_people_use() -> None:
    assert not [where for where, text in texts() if text.startswith(("Make sure that ", "Prove "))]
