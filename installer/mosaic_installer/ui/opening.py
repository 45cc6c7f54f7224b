"""Open the conversation that suits the person and the terminal."""

from mosaic_installer.ui.conversation import Conversation
from mosaic_installer.ui.terminal import wants_plain


def open_conversation(*, is_plain: bool = False) -> Conversation:
    """Return one in plain lines where that is wanted, else one at a screen."""
    if is_plain or wants_plain():
        from mosaic_installer.ui.plain import PlainConversation

        return PlainConversation()
    from mosaic_installer.ui.prompts import ScreenConversation

    return ScreenConversation()
