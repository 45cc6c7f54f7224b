"""The bots of Discord and Telegram: known or not, and what they get to read."""

import pytest
from tests.calls.trying import endpoint, verdict_on
from tests.standins.channels import discord, telegram
from tests.standins.server import StandIn

pytestmark = pytest.mark.call

GUILD = "41771983423143937"


@pytest.mark.parametrize(
    ("token", "guild", "result"),
    [
        ("right", None, "accepted"),
        ("right", GUILD, "accepted"),
        ("right", "99999999999999999", "refused"),
        ("wrong", None, "refused"),
    ],
)
def test_a_bot_of_discord_is_known_and_on_its_server(
    token: str, guild: str | None, result: str
) -> None:
    with StandIn(discord("right", guilds=[GUILD])) as service:
        address = f"{service.url}/api/v10"
        verdict = verdict_on(endpoint("discord", address, token, channels_discord_guild=guild))
    assert (verdict.result, verdict.limit) == (result, "")
    assert (guild or "") in verdict.hint or result == "accepted"


@pytest.mark.parametrize(
    ("flags", "is_limited"), [(0, True), (1 << 15, True), (1 << 18, False), (1 << 19, False)]
)
def test_a_bot_of_discord_without_the_intent_reads_no_text(flags: int, *, is_limited: bool) -> None:
    with StandIn(discord("right", flags=flags)) as service:
        verdict = verdict_on(endpoint("discord", f"{service.url}/api/v10", "right"))
    assert verdict.result == "accepted"
    assert ("without their text" in verdict.limit) == is_limited
    assert ("Message Content Intent" in verdict.hint) == is_limited


@pytest.mark.parametrize(
    ("token", "result"), [("1:right", "accepted"), ("1:wrong", "refused"), ("no-colon", "refused")]
)
def test_a_bot_of_telegram_is_known(token: str, result: str) -> None:
    with StandIn(telegram("1:right")) as service:
        verdict = verdict_on(endpoint("telegram", service.url, token))
    assert (verdict.result, verdict.limit) == (result, "")


def test_a_bot_of_telegram_in_privacy_mode_is_told_so() -> None:
    with StandIn(telegram("1:right", reads_groups=False)) as service:
        verdict = verdict_on(endpoint("telegram", service.url, "1:right"))
    assert verdict.result == "accepted"
    assert "only commands" in verdict.limit
    assert "/setprivacy" in verdict.hint
