"""`mosaic agent`, `usage`, `job`, and their settings, through the real program and gateway."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.e2e.program import EMAIL, Site
from tests.e2e.terminal import ENTER, SIGN, Terminal
from tests.gateway.chats import calling, eventually, said
from tests.standins import services
from tests.standins.server import Asked, StandIn, Told

pytestmark = pytest.mark.install

MODEL = "llama3.1:8b"


class Ollama:
    """Says hi; remembers what it was told."""

    def __init__(self) -> None:
        self._service = services.ollama((MODEL,))
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Told:
        if asked.path != "/v1/chat/completions":
            return self._service(asked)
        self.asked.append(asked)
        if asked.body.get("tools") and asked.body["messages"][-1]["role"] == "user":
            return calling("remember", text="Ada likes tea.")
        return said("Hi.")

    @property
    def prompt(self) -> str:
        """What it was told first, the last time."""
        return str(self.asked[-1].body["messages"][0]["content"])


@pytest.fixture(scope="module")
def ollama() -> Iterator[tuple[Ollama, StandIn]]:
    ollama = Ollama()
    with StandIn(ollama) as stand_in:
        yield ollama, stand_in


@pytest.fixture(scope="module")
def model(ollama: tuple[Ollama, StandIn]) -> Ollama:
    return ollama[0]


@pytest.fixture(scope="module")
def place(new_site: Site, ollama: tuple[Ollama, StandIn]) -> Site:
    url = ollama[1].url
    chosen = ("--set", "agent.intent=research", "--set", "limits.monthly=25")
    new_site.install("--yes", *chosen, MOSAIC_OLLAMA_URL=url)
    return new_site


def test_the_first_agent_follows_its_settings_until_it_is_edited(
    place: Site, model: Ollama
) -> None:
    assert place.run("agent", "list").stdout == "Sage  shared  mosaic\n"
    done = place.run("chat", "Hello.", "--agent", "sage")
    assert done.stderr.startswith("remembered: Ada likes tea.\nSage, ollama/")
    assert model.prompt.startswith("You are Sage, a careful researcher.")

    place.run("config", "set", "agent.intent=devops", "agent.name=Sage")
    place.run("install", "--yes")
    place.run("chat", "Hello.", "--continue")
    assert model.prompt.startswith("You are Sage, an experienced operations engineer.")

    place.run("agent", "edit", "SAGE", "--prompt-file", "-", stdin="Be brief.\n")
    place.run("install", "--yes", "--set", "agent.intent=content", "--set", "agent.name=Sage")
    shown = json.loads(place.run("agent", "show", "Sage", "--json").stdout)
    assert (shown["prompt"], shown["shared"]) == ("Be brief.\n", True)
    assert shown["tools"] == ["*", "remember", "recall"]


def test_agents_are_made_asked_in_turn_changed_and_removed(place: Site, model: Ollama) -> None:
    place.run("chat", "Hello.")
    words = ("--prompt", "You review.", "--model", f"ollama/{MODEL}", "--no-tools")
    place.run("agent", "create", "Critic", *words)
    assert "mosaic/agent/Critic\n" in place.run("models").stdout
    place.run("chat", "And you?", "--continue", "--agent", "Critic")
    assert model.prompt == "You review."
    place.run("chat", "Still?", "--continue", "--no-agent")
    assert model.prompt == "Hello."
    conversation = place.run("conversation", "list").stdout.split()[2]
    assert f"[Critic, ollama/{MODEL}: " in place.run("conversation", "show", conversation).stdout

    place.run("agent", "edit", "Critic", "--name", "Reviewer", "--tool", "look_up")
    assert "look_up" in place.run("agent", "show", "reviewer").stdout
    place.run("agent", "remove", "Reviewer", code=2).says("--yes")
    place.run("agent", "remove", "Reviewer", "--yes")
    assert place.run("agent", "list").stdout == "Sage  shared  mosaic\n"


def test_an_agent_remembers_where_that_is_switched_on(place: Site) -> None:
    words = ("--prompt", "You take notes.", "--tool", "look_up", "--memory")
    place.run("agent", "create", "Scribe", *words)
    shown = place.run("agent", "show", "Scribe").stdout
    assert "look_up" in shown
    assert "remember, recall" in shown
    done = place.run("chat", "I like tea.", "--agent", "Scribe")
    assert done.stdout == "Hi.\n"
    assert done.stderr.startswith("remembered: Ada likes tea.\n")
    assert place.run("memory", "list").stdout.endswith("  Ada likes tea.\n")
    place.run("agent", "edit", "Scribe", "--no-memory", "--all-tools")
    assert json.loads(place.run("agent", "show", "Scribe", "--json").stdout)["tools"] is None
    place.run("agent", "edit", "Scribe", "--memory")
    tools = ["*", "remember", "recall"]
    assert json.loads(place.run("agent", "show", "Scribe", "--json").stdout)["tools"] == tools
    place.run("agent", "remove", "Scribe", "--yes")


def test_the_agent_is_switched_at_a_terminal(place: Site, model: Ollama) -> None:
    place.run("agent", "create", "Terse", "--prompt", "One word.")
    with Terminal(place, "chat") as terminal:
        terminal.sees("switches the agent", SIGN).types(f"/agent terse{ENTER}")
        terminal.sees("From now on: terse").sees(SIGN, times=2).types(f"Hello.{ENTER}")
        terminal.sees("Hi.", "Terse, ").sees(SIGN, times=3)
        assert model.prompt == "One word."
        terminal.types(f"/agent{ENTER}").sees("From now on: no agent").sees(SIGN, times=4)
        terminal.types(f"Again.{ENTER}").sees("Hi.", times=2).sees(SIGN, times=5)
        assert model.prompt == "Hello."
        terminal.types(f"/quit{ENTER}").ends()
    place.run("agent", "remove", "terse", "--yes")


def test_what_was_used_is_shown(place: Site, model: Ollama) -> None:
    none = place.run("usage", "--month", "2020-02")
    assert (none.stdout, "February 2020" in none.stderr) == ("", True)
    place.run("usage", "--month", "2026-13", code=2).says("--month 2026-13", "2026-11")
    before = len(model.asked)
    place.run("chat", "Hello.", "--agent", "Sage")
    assert len(model.asked) == before + 2, "once more after the tool that it used"
    shown = place.run("usage")
    assert "limit is $25.00" in shown.stderr
    assert "estimates" in shown.stderr
    assert f"ollama/{MODEL}" in shown.stdout
    assert "Tokens per day" in shown.stdout
    assert "\nSage " in place.run("usage", "--by", "agent").stdout
    [used] = place.run("usage", "--by", "user", "--json").document["rows"]
    assert (used["name"], used["costMicros"], used["limitMicros"]) == (EMAIL, 0, 25_000_000)
    rows = place.run("usage", "--json").document["rows"]
    [chats] = [row for row in rows if row["name"] == f"ollama/{MODEL}"]
    assert chats["estimatedCalls"] == chats["calls"], "it does not tell how much it used"
    with Terminal(place, "usage", columns=40) as terminal:
        terminal.sees(MODEL, "Tokens per day", "limit is").ends()


def test_what_is_refused_is_explained(place: Site) -> None:
    prompt = ("--prompt", "You review.")
    place.run("agent", "create", "sage", *prompt, code=1).says("already an agent")
    place.run("agent", "create", "X", *prompt, "--model", "nobody/s", code=1).says("`nobody/s`")
    place.run("agent", "create", "X", "--prompt", "x" * 10_001, code=1).says("10000 characters")
    place.run("agent", "create", "X", code=2).says("needs a prompt")
    place.run("agent", "create", "X", "--prompt-file", "/nowhere", code=2).says("cannot be read")
    place.run("agent", "edit", "Sage", code=2).says("nothing was given to change")
    place.run("agent", "show", "X", code=1).says("there is no agent `X`", "mosaic agent list")
    place.run("chat", "Hi", "--agent", "X", code=1).says("no agent", "mosaic agent list")


def test_what_is_remembered_and_what_was_said_is_found(place: Site) -> None:
    made = place.run("memory", "add", "-", "--json", stdin="The staging server is heron.\n")
    memory = json.loads(made.stdout)["id"]
    place.run("memory", "add", "The office has a lift.")
    assert memory in place.run("memory", "list", "--limit", "2").stdout
    found = place.run("memory", "search", "which SERVER is for staging?").stdout
    assert found.endswith(f"  {memory}  The staging server is heron.\n")
    assert found.count("\n") == 1
    place.run("memory", "forget", memory, code=2).says("--yes")
    place.run("memory", "forget", memory, "--yes")
    for words in ((), ("--yes",)):
        gone = place.run("memory", "forget", memory, *words, code=1)
        gone.says("no memory", "mosaic memory list")
    assert json.loads(place.run("memory", "search", "heron", "--json").stdout) == []
    place.run("memory", "add", " ", code=2).says("nothing to remember")
    place.run("chat", "Where do the ships lie?", "--no-agent")
    said = place.run("conversation", "search", "ships").stdout
    assert said.endswith("\n    Where do the ships lie? Hi.\n")


def test_what_the_gateway_does_by_itself_is_shown(place: Site) -> None:
    def jobs(*words: str) -> list[dict[str, object]]:
        return list(json.loads(place.run("job", "list", "--json", *words).stdout))

    eventually(lambda: jobs("--state", "waiting"), "the jobs have begun")
    [waiting] = jobs("--name", "catalogue-refresh")
    shown = place.run("job", "list", "--name", "catalogue-refresh").stdout
    assert shown.endswith(f"  waiting  catalogue-refresh  {waiting['id']}\n")
    assert "will run now" in place.run("job", "retry", str(waiting["id"])).stderr
    eventually(lambda: jobs("--name", "catalogue-refresh", "--state", "done"), "it was done")
    place.run("job", "retry", str(waiting["id"]), code=1).says("running or done")
    place.run("job", "retry", "nobody's", code=1).says("no job", "mosaic job list")
    assert "There are no such jobs" in place.run("job", "list", "--state", "failed").stderr
    place.run("job", "list", "--state", "lost", code=2).says("no `lost`", "retrying")
    place.run("job", "list", "--limit", "0", code=2).says("--limit")


def test_a_job_that_keeps_failing_is_told(place: Site) -> None:
    file = place.home / "data/mosaic.db"
    [run] = json.loads(place.run("job", "list", "--name", "run-clean-up", "--json").stdout)
    change = "UPDATE job_runs SET state = 'failed', attempts = 5, error = ? WHERE id = ?"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(change, ("it broke", run["id"]))
        assert database.total_changes == 1
    said = place.run("doctor").stdout
    assert "the job run-clean-up fails: it broke (5 attempts, last at 20" in said
    assert f"`mosaic job retry {run['id']}`" in said
    assert "ollama has no nomic-embed-text" in said
    assert "run-clean-up fails; `mosaic doctor` says why" in place.run("status").stdout
    assert place.run("status", "--json").document["failing_jobs"] == ["run-clean-up"]
    place.run("job", "retry", run["id"])
    healthy = "the job is done"
    eventually(lambda: not place.run("status", "--json").document["failing_jobs"], healthy)
    assert "run-clean-up" not in place.run("doctor").stdout
