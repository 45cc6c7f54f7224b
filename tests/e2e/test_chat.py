"""`mosaic chat`, through the real program and the real gateway; the models are a stand-in's."""

import signal
import threading
from collections.abc import Iterator, Sequence

import pytest
from tests.e2e.program import DEADLINE, Site, eventually
from tests.e2e.terminal import CTRL_C, CTRL_D, ENTER, ESCAPE, SIGN, UP, Terminal
from tests.gateway.chats import chunk, said
from tests.standins import services
from tests.standins.server import Asked, StandIn, Told

pytestmark = pytest.mark.install

LARGE, SMALL = "llama3.1:8b", "llama3.2:3b"


class Ollama:
    """What the models say is set by each test; `words` that wait are said until `may_go_on`."""

    def __init__(self) -> None:
        self._service = services.ollama((LARGE, SMALL))
        self.may_go_on = threading.Event()
        self.is_left = threading.Event()
        self.tells: list[Told] = []
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Told:
        if asked.path != "/v1/chat/completions":
            return self._service(asked)
        self.asked.append(asked)
        return self.tells.pop(0) if self.tells else said("It ", "is ", "hi.")

    @property
    def history(self) -> list[str]:
        """What was said so far, as the model was told last."""
        return [each["content"] for each in self.asked[-1].body["messages"]]

    def waits_after(self, word: str) -> None:
        self.may_go_on.clear()
        self.is_left.clear()
        self.tells.append(Told(content="text/event-stream", pieces=self._pieces(word)))

    def _pieces(self, word: str) -> Iterator[bytes]:
        try:
            yield chunk(role="assistant", content=word)
            while not self.may_go_on.wait(0.02):
                yield b": still here\n\n"
        except GeneratorExit:
            self.is_left.set()
            raise


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[Ollama, StandIn]]:
    ollama = Ollama()
    with StandIn(ollama) as stand_in:
        yield ollama, stand_in
        ollama.may_go_on.set()


@pytest.fixture(scope="module")
def place(new_site: Site, service: tuple[Ollama, StandIn]) -> Site:
    models = f"routing.research=ollama/{SMALL}, ollama/{LARGE}"
    done = new_site.install("--yes", "--set", models, MOSAIC_OLLAMA_URL=service[1].url)
    # "Ready" means that a question was answered, too.
    answered, ready = f"\nollama/{LARGE} answered after ", "Mosaic is ready"
    assert done.said.index(answered) < done.said.index(ready), done.said
    assert "ms (no sign of a special task: conversation)\n" in done.said
    return new_site


@pytest.fixture
def ollama(service: tuple[Ollama, StandIn]) -> Ollama:
    service[0].tells.clear()
    return service[0]


def names(rows: Sequence[dict[str, str]]) -> list[str]:
    return [row["event"] for row in rows]


def test_a_question_is_answered_and_the_conversation_continued(place: Site, ollama: Ollama) -> None:
    done = place.run("chat", "What is the capital of France?")
    assert done.stdout == "It is hi.\n"
    assert done.stderr.startswith(f"ollama/{SMALL}: ")
    ollama.tells.append(said("A \x1b[31mred\x07 one.\n"))
    events = place.run("chat", "-", "--continue", "--json", stdin="And of\nÖsterreich?\n").events
    assert names(events) == ["route", "text", "usage", "done"]
    assert "".join(row["text"] for row in events if row["event"] == "text").startswith("A \x1b")
    assert ollama.history == [
        "What is the capital of France?",
        "It is hi.",
        "And of\nÖsterreich?\n",
    ]
    words = ("--conversation", events[0]["conversation"], "--model", f"ollama/{LARGE}")
    done = place.run("chat", *words, stdin="Once more.")
    assert done.stderr.startswith(f"ollama/{LARGE}: ")
    assert (len(ollama.history), ollama.asked[-1].body["model"]) == (5, LARGE)


def test_an_answer_that_breaks_off_is_an_error_with_what_was_said(
    place: Site, ollama: Ollama
) -> None:
    ollama.tells.append(Told(content="text/event-stream", pieces=[chunk(content="Half an")]))
    done = place.run("chat", "Say something.", code=1)
    assert done.stdout == "Half an\n"
    done.says("ollama", "mosaic provider test")


def test_what_is_refused_is_explained_and_leaves_nothing(place: Site, ollama: Ollama) -> None:
    before = place.run("chat", "Hello there.", "--json").events[0]["conversation"]
    asked = len(ollama.asked)
    place.run("chat", "Hi", "--model", "nobody/s", code=1).says("there is no model `nobody/s`")
    place.run("chat", "Hi", "--conversation", "nonsense", code=1).says("there is no conversation")
    place.run("chat", "x" * 70_000, code=1).says("too long", "64 KiB")
    place.run("chat", code=2).says("the question is empty")
    place.run("chat", "Hi", "--continue", "--conversation", "x", code=2).says("not allowed with")
    assert len(ollama.asked) == asked
    # None of them has left a conversation behind.
    assert place.run("chat", "Go on.", "--continue", "--json").events[0]["conversation"] == before


def test_ctrl_c_ends_the_answer(place: Site, ollama: Ollama) -> None:
    ollama.waits_after("one ")
    with place.start("chat", "Count.") as running:
        assert running.stdout is not None
        assert running.stdout.read(4) == "one "
        running.send_signal(signal.SIGINT)
        _rest, told = running.communicate(timeout=DEADLINE)
    assert running.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
    assert ollama.is_left.wait(DEADLINE)


def test_at_a_terminal_nothing_that_a_model_says_controls_it(place: Site, ollama: Ollama) -> None:
    ollama.tells.append(said("a\x1b]0;owned\x07b\x9b2Jc\td\n"))
    with Terminal(place, "chat", "Say it.") as terminal:
        terminal.sees(f"ollama/{LARGE}: ").ends()
    assert "a]0;ownedb2Jc\td" in terminal.raw
    ollama.waits_after("one ")
    with Terminal(place, "chat", "Count.") as terminal:
        terminal.sees("one").types(CTRL_C).sees("interrupted").ends(130)
    assert ("waiting for ollama/" in terminal.raw, "waiting for" in terminal.text) == (True, False)


def test_a_reader_that_has_enough_ends_it(place: Site, ollama: Ollama) -> None:
    ollama.waits_after("one ")
    with place.start("chat", "Count.") as running:
        assert running.stdout is not None
        assert running.stdout.read(4) == "one "
        running.stdout.close()
        ollama.may_go_on.set()
        running.wait(DEADLINE)
        assert running.stderr is not None
        assert "Traceback" not in running.stderr.read()
    assert running.returncode == 1


def test_conversations_are_listed_shown_renamed_exported_and_deleted(
    place: Site, ollama: Ollama
) -> None:
    ollama.tells.append(said("Two\x1b[2J\nlines."))
    begun = place.run("chat", "Count,\nplease.", "--json").events[0]["conversation"]
    ollama.tells.append(Told(content="text/event-stream", pieces=[chunk(content="Half an")]))
    place.run("chat", "And on.", "--conversation", begun, code=1)
    assert place.run("conversation", "list", "--limit", "1").stdout.endswith(
        f"  {begun}  Count, please.\n"
    )
    shown = place.run("conversation", "show", begun).stdout
    assert shown.startswith(
        "Count, please.\n\n> Count,\n> please.\n\nTwo\x1b[2J\nlines.\n\n[ollama/"
    )
    assert "> And on.\n\nHalf an\n\n[ollama/" in shown
    with Terminal(place, "conversation", "show", begun) as terminal:
        terminal.ends()
    assert "Two[2J" in terminal.raw
    document = place.run("conversation", "show", begun, "--json").document
    assert [turn["state"] for turn in document["turns"]] == ["done", "interrupted"]
    assert place.run("conversation", "export", begun).document == document

    place.run("conversation", "rename", begun, "Counting")
    place.run("conversation", "rename", begun, " ", code=1).says("title")
    rows = place.run("conversation", "list", "--json").document
    assert (rows[0]["id"], rows[0]["title"], rows[0]["schema"]) == (begun, "Counting", 1)
    place.run("conversation", "delete", begun, code=2).says("Counting", "for good", "--yes")
    place.run("conversation", "delete", begun, "--yes")
    for verb in ("show", "export", "delete"):
        place.run("conversation", verb, begun, code=1).says("no conversation", "conversation list")
    assert begun not in place.run("conversation", "list").stdout
    place.run("conversation", "list", "--limit", "0", code=2).says("at least 1")


def test_models_are_listed_and_routing_explained(place: Site, ollama: Ollama) -> None:
    names = [line.partition("  ")[0] for line in place.run("models").stdout.splitlines()]
    assert {"mosaic", "mosaic/offline", f"ollama/{SMALL}"} <= set(names)
    assert [row["model"] for row in place.run("models", "--json").document] == names
    asked = len(ollama.asked)
    text = "What is the capital of France?"
    found = place.run("routing", "explain", text, "--json").document
    assert (found["task"], found["models"][0]) == ("cheap", f"ollama/{SMALL}")
    text = "Compare the French with the English revolution, and cite your sources."
    shown = place.run("routing", "explain", "-", stdin=text).stdout
    assert shown.startswith("task    research\nreason  ")
    assert shown.endswith(f"\nmodels  ollama/{SMALL}\n        ollama/{LARGE}\n")
    assert len(ollama.asked) == asked

    # Where the first of them fails, the next one answers, and that is what is said.
    ollama.tells.append(Told(status=500, body={"error": {"message": "out of memory"}}))
    done = place.run("chat", text)
    assert done.stdout == "It is hi.\n"
    assert done.stderr.startswith(f"ollama/{LARGE}: ")
    assert [each.body["model"] for each in ollama.asked[asked:]] == [SMALL, LARGE]


def test_a_conversation_at_a_terminal(place: Site, ollama: Ollama) -> None:
    with Terminal(place, "chat", "--model", f"ollama/{SMALL}") as terminal:
        terminal.sees("Ctrl-D leaves", SIGN).types(f"Count,{ESCAPE}{ENTER}please.")
        ollama.waits_after("one ")
        terminal.types(ENTER).sees("one").types(CTRL_C).sees("interrupted")
        assert ollama.is_left.wait(DEADLINE)
        eventually(lambda: last_state(place) == "interrupted", "that the gateway noticed")
        terminal.sees(SIGN, times=2).types(f"given up{CTRL_C}")
        terminal.sees(SIGN, times=3).types(f"Go on.{ENTER}").sees("It is hi.")
        assert ollama.history == ["Count,\nplease.", "one ", "Go on."]
        ollama.tells.append(Told(status=500, body={"error": {"message": "out of memory"}}))
        terminal.sees(SIGN, times=4).types(UP + ENTER).sees("error: ")
        assert ollama.history[-1] == "Go on."
        terminal.sees(SIGN, times=5).types(CTRL_D).ends()
    with Terminal(place, "chat", "--continue") as terminal:
        terminal.sees("This goes on with: Count, please.", SIGN).types(UP * 2 + ENTER)
        terminal.sees("It is hi.")
        assert ollama.history[-1] == "Go on."
        terminal.sees(SIGN, times=2).types(f"/quit{ENTER}").ends()


def test_a_conversation_in_plain_lines(place: Site, ollama: Ollama) -> None:
    with Terminal(place, "chat", MOSAIC_PLAIN="1") as terminal:
        terminal.answers("Question:", "Hello.").sees("It is hi.")
        terminal.sees("Question:", times=2).types(CTRL_D).ends()
    assert ESCAPE not in terminal.raw.replace(f"{ESCAPE}[2m", "").replace(f"{ESCAPE}[0m", "")
    assert ollama.history == ["Hello."]


def last_state(place: Site) -> str:
    (latest,) = place.run("conversation", "list", "--limit", "1", "--json").document
    turns = place.run("conversation", "show", latest["id"], "--json").document["turns"]
    return str(turns[-1]["state"])
