"""What Discord and Telegram answer a bot.

https://discord.com/developers/docs/reference, https://core.telegram.org/bots/api#getme.
"""

from collections.abc import Sequence

from tests.standins.server import Answer, Asked, Told

READS_MESSAGES = 1 << 19


def discord(token: str, *, guilds: Sequence[str] = (), flags: int = READS_MESSAGES) -> Answer:
    def answer(asked: Asked) -> Told:
        if not asked.headers["user-agent"].startswith("DiscordBot (https://"):
            return Told(status=403, body={"message": "internal network error", "code": 40333})
        if asked.headers.get("authorization") != f"Bot {token}":
            return Told(status=401, body={"message": "401: Unauthorized", "code": 0})
        path = asked.path.removeprefix("/api/v10")
        if path == "/users/@me":
            return Told(body={"id": "1", "username": "mosaic", "discriminator": "0", "bot": True})
        if path == "/applications/@me":
            return Told(body={"id": "2", "name": "Mosaic", "bot_public": True, "flags": flags})
        if path.removeprefix("/guilds/") in guilds:
            return Told(body={"id": path.removeprefix("/guilds/"), "name": "Mosaic"})
        return Told(status=404, body={"message": "Unknown Guild", "code": 10004})

    return answer


def telegram(token: str, *, reads_groups: bool = True) -> Answer:
    def answer(asked: Asked) -> Told:
        given, _, method = asked.path.removeprefix("/bot").partition("/")
        if ":" not in given:
            error = {"ok": False, "error_code": 404, "description": "Not Found"}
            return Told(status=404, body=error)
        if given != token:
            error = {"ok": False, "error_code": 401, "description": "Unauthorized"}
            return Told(status=401, body=error)
        assert method == "getMe"
        row = {"id": 1, "is_bot": True, "first_name": "Mosaic", "username": "mosaic_bot"}
        return Told(
            body={"ok": True, "result": row | {"can_read_all_group_messages": reads_groups}}
        )

    return answer
