"""Put a question to the gateway's models, and print what comes."""

import json
from contextlib import closing

from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.machine.chats import Asking, ChatApi, ChatEvent
from mosaic_installer.errors import InstallerError
from mosaic_installer.ui import output
from mosaic_installer.ui.pending import Pending


class Telling:
    """Prints events, or the answer in them; remembers who answers."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.route = ChatEvent(name="route")
        self.remembered: list[str] = []
        self._is_in_line = False
        self._pending = Pending()

    def tell(self, event: ChatEvent) -> None:
        """Print what there is to print of an event."""
        if event.name == "route":
            # Where a model fails before it says anything, another one is asked.
            self.route = event
            if not self.as_json:
                self._pending.show(f"waiting for {event.text('model')} ...")
        if event.name == "tool" and event.text("name") == "remember":
            self.remembered += _remembered(event.text("result"))
        if self.as_json:
            output.shown_document({"schema": SCHEMA, "event": event.name, **event.data})
        elif event.name == "text":
            self._pending.clear()
            output.piece(event.text("text"))
            self._is_in_line = True

    def end_line(self) -> None:
        """End the answer's last line, if it has one, and what is shown in its place before."""
        self._pending.clear()
        if self._is_in_line:
            output.data("")


def answer(api: ChatApi, asking: Asking, telling: Telling) -> None:
    """Print what comes; raises `InstallerError` where no model answers to the end."""
    try:
        with closing(api.ask(asking)) as events:
            for event in events:
                telling.tell(event)
                if event.name == "error":
                    raise _failure(event)
    finally:
        telling.end_line()
    if not telling.as_json:
        route = telling.route
        for each in telling.remembered:
            output.say_quietly(f"remembered: {each}")
        agent = f"{name}, " if (name := route.text("agent")) else ""
        output.say_quietly(f"{agent}{route.text('model')}: {route.text('reason')}")


def _remembered(result: str) -> list[str]:
    """Return what the gateway says that it keeps from now on."""
    try:
        found = json.loads(result)
    except (ValueError, RecursionError):
        return []
    text = found.get("remembered") if isinstance(found, dict) else None
    return [output.readable(" ".join(text.split()))] if isinstance(text, str) else []


def _failure(event: ChatEvent) -> InstallerError:
    seconds = event.data.get("retryAfter")
    hint = "`mosaic provider test` tries every provider; `--model` asks another model"
    if isinstance(seconds, int | float):
        hint = f"try again in {seconds:.0f} seconds, or ask another model with `--model`"
    return InstallerError(
        output.readable(event.text("message") or "no model answered"), hint, identifier="no-answer"
    )
