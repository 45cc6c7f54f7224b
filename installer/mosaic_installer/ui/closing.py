"""The last screen: the address, a new token (only to the person's terminal), what comes next."""

from mosaic_installer.core.secret import Secret
from mosaic_installer.ui.conversation import Conversation

NEXT = {
    "status": "show what is running, and where",
    "token show": "print the token again",
    "doctor": "check for problems",
}


def show_closing(
    talk: Conversation, url: str, token: Secret | None, path: str, command: str
) -> None:
    """Show that it is ready; what can be copied stands on lines of its own, and is never cut.

    `command` is what runs this program where the person types it.
    """
    proof = "and your existing token still works" if token is None else "and this token works"
    talk.say()
    talk.say(f"Mosaic is ready, {proof}.", "good")
    talk.say()
    rows = {"Address": url, "Token": token.reveal() if token else "", "Saved to": path}
    for title, text in rows.items():
        if text:
            talk.say(title, "quiet")
            talk.piece(text)
    talk.heading("Next")
    talk.rows([(f"{command} {verb}", purpose) for verb, purpose in NEXT.items()])
