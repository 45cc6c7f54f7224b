"""The last screen: the address, a new token (only to the person's terminal), what comes next."""

from collections.abc import Iterator
from shlex import quote

from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret
from mosaic_installer.ui.conversation import Conversation

NEXT = {
    "status": "show what is running, and where",
    "token show": "print the token again",
    "doctor": "check for problems",
}


@frozen
class Ready:
    """What is known of an installation that works."""

    url: str
    token: Secret | None
    """One that the person has not seen yet."""
    path: str
    """Where the token is saved."""
    command: str
    """What runs this program where the person types it."""
    home: str = ""
    """The folder that MOSAIC_HOME names, empty where it is not set."""
    has_provider: bool = False
    warnings: tuple[Finding, ...] = ()
    """What is still not as it should be."""


def show_closing(talk: Conversation, ready: Ready) -> None:
    """Show that it is ready; what can be copied stands on lines of its own, and is never cut."""
    known = "Your existing token still works."
    talk.say()
    talk.say(f"Mosaic is ready. {'This token works.' if ready.token else known}", "good")
    talk.say()
    token = ready.token.reveal() if ready.token else ""
    rows = {"Address": ready.url, "Token": token, "Saved to": ready.path}
    for title, text in rows.items():
        if text:
            talk.say(title, "quiet")
            talk.piece(text)
    talk.heading("Try it")
    talk.piece(call(ready))
    talk.heading("Next")
    if ready.home:
        talk.say("Later commands need this variable, for instance in your ~/.profile:", "quiet")
        talk.piece(f"export MOSAIC_HOME={quote(ready.home)}")
    talk.rows(_next(ready))
    # Last: it stays in sight where the window is short.
    if ready.warnings:
        talk.say()
    for finding in ready.warnings:
        talk.say(f"{finding.message} ({finding.hint})", "warning")


def call(ready: Ready) -> str:
    """Return a call with the token to copy into a shell; no process list and no history shows it.

    `printf` is the shell's own, and curl reads the header from its stdin.
    """
    header = "printf 'Authorization: Bearer %s' "
    return f'{header}"$(cat {quote(ready.path)})" | curl -H @- {ready.url}/api/admin/tokens'


def _next(ready: Ready) -> Iterator[tuple[str, str]]:
    if ready.has_provider:
        yield f"{ready.command} chat", "ask a model"
    else:
        yield f"{ready.command} install --ask providers", "add a model provider"
    for verb, purpose in NEXT.items():
        yield f"{ready.command} {verb}", purpose
