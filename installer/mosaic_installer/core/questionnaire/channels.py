"""The rows of the questionnaire about channels: where people can talk to the agent."""

import re
from typing import Annotated

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import With
from mosaic_installer.core.questionnaire.kinds import Kind
from mosaic_installer.core.questionnaire.pasted import KEY
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.questionnaire.web_address import WEB_ADDRESS
from mosaic_installer.core.secret import Secret

CHANNELS = {"discord": "Discord", "telegram": "Telegram"}
"""The channels by their names in the keys of settings."""


def parse_guild(text: str) -> str:
    """Accept the number of a Discord server (a snowflake)."""
    number = text.strip()
    if not re.fullmatch(r"[0-9]{15,20}", number):
        raise ValueError("a Discord server is known by a number of 15 to 20 digits")
    return number


GUILD = Kind(
    parse=parse_guild, examples=("41771983423143937",), accepts="A number of 15 to 20 digits."
)


@frozen
class ChannelsAnswers:
    """The bots that the agent speaks through."""

    discord_bot_token: Annotated[
        Secret | None,
        Setting(
            key="channels.discord_bot_token",
            variable="MOSAIC_DISCORD_BOT_TOKEN",
            prompt="Discord bot token",
            help="Turns Discord on. The token is checked with a real call; `none` removes it.",
            kind=KEY,
            default_note="none: without Discord",
            is_optional=True,
        ),
    ]
    discord_guild: Annotated[
        str | None,
        Setting(
            key="channels.discord_guild",
            variable="MOSAIC_DISCORD_GUILD_ID",
            prompt="Discord server",
            help="Limits the bot to the Discord server with this ID.",
            kind=GUILD,
            when=(With("channels.discord_bot_token"),),
            default_note="none: every server that the bot is invited to",
            is_optional=True,
        ),
    ]
    discord_url: Annotated[
        str,
        Setting(
            key="channels.discord_url",
            variable="MOSAIC_DISCORD_URL",
            prompt="Discord URL",
            help="Change it to use a proxy.",
            kind=WEB_ADDRESS,
            when=(With("channels.discord_bot_token"),),
            default="https://discord.com/api/v10",
        ),
    ]
    telegram_bot_token: Annotated[
        Secret | None,
        Setting(
            key="channels.telegram_bot_token",
            variable="MOSAIC_TELEGRAM_BOT_TOKEN",
            prompt="Telegram bot token",
            help="Turns Telegram on. The token is checked with a real call; `none` removes it.",
            kind=KEY,
            default_note="none: without Telegram",
            is_optional=True,
        ),
    ]
    telegram_url: Annotated[
        str,
        Setting(
            key="channels.telegram_url",
            variable="MOSAIC_TELEGRAM_URL",
            prompt="Telegram URL",
            help="Change it to use your own Bot API server.",
            kind=WEB_ADDRESS,
            when=(With("channels.telegram_bot_token"),),
            default="https://api.telegram.org",
        ),
    ]
