"""What a bot is not told: a right token that is worth little until somebody flips a switch."""

from collections.abc import Sequence
from typing import Any

from mosaic_installer.core.connections.call import Reply
from mosaic_installer.core.connections.endpoint import Endpoint

MESSAGE_CONTENT = 1 << 18 | 1 << 19
"""Either of Discord's flags lets a bot read; the second is for one on fewer than 100 servers:
https://discord.com/developers/docs/resources/application#application-object-application-flags."""
TURN_ON_INTENT = (
    "turn on `Message Content Intent` on the page `Bot` of the application in Discord's "
    "developer portal"
)
TURN_OFF_PRIVACY = (
    "that may be what you want; otherwise send `/setprivacy` to @BotFather, choose `Disable`, "
    "and add the bot to the group again"
)
"""https://core.telegram.org/bots/features#privacy-mode."""


def limit_of(endpoint: Endpoint, replies: Sequence[Reply]) -> tuple[str, str]:
    """Return what a bot that is known does not get to read, and how it would; empty: nothing."""
    body = replies[-1].body
    match endpoint.name:
        case "discord" if not _flags_in(body) & MESSAGE_CONTENT:
            return "Discord hands the bot messages without their text", TURN_ON_INTENT
        case "telegram" if not _reads_groups(body):
            return (
                "in groups, Telegram shows the bot only commands and replies to it",
                TURN_OFF_PRIVACY,
            )
        case _:
            return "", ""


def _flags_in(application: Any) -> int:
    flags = application.get("flags")
    return flags if isinstance(flags, int) else 0


def _reads_groups(body: Any) -> bool:
    bot = body.get("result")
    return isinstance(bot, dict) and bot.get("can_read_all_group_messages") is True
