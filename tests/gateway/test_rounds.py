"""The rounds of a question whose agent has tools of the gateway: models that a test plays."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

import pytest

from mosaic_gateway.accounts.users import MEMBER, NewUser, create_user
from mosaic_gateway.agents.tools import BUILT_IN, LONGEST_RESULT, RECALL, REMEMBER, Toolbox
from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.memory.recollection import Recollection
from mosaic_gateway.memory.search import Slice
from mosaic_gateway.migrations.upgrade import upgrade
from mosaic_gateway.models.messages import Message, Tool, ToolCall, Wish
from mosaic_gateway.models.pieces import End, ModelError, Piece, Text, ToolPiece, Usage
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.turns.events import Used
from mosaic_gateway.turns.rounds import MOST_ROUNDS, NOT_RUN, Rounds

pytestmark = pytest.mark.unit

HI = [Message("user", ("Hi.",))]
THEIRS = Wish(tools=(Tool("look_up"),))
ANYTHING: Wish = Wish()


@pytest.fixture
def toolbox(tmp_path: Path) -> Iterator[Toolbox]:
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    upgrade(storage)
    with storage.writing() as connection:
        user = create_user(connection, NewUser("A", "a@b", "hash"), role=MEMBER)
    yield Toolbox(tuple(BUILT_IN.values()), Recollection(Meaning(storage), user))
    storage.close()


class Model:
    """Says one list of pieces after the other, and the last one again and again."""

    def __init__(self, *rounds: Sequence[Piece | ModelError]) -> None:
        self.rounds = list(rounds)
        self.told: list[list[Message]] = []
        self.wishes: list[Wish] = []

    async def __call__(self, messages: Sequence[Message], wish: Wish) -> AsyncGenerator[Piece]:
        self.told.append(list(messages))
        self.wishes.append(wish)
        for piece in self.rounds.pop(0) if len(self.rounds) > 1 else self.rounds[0]:
            if isinstance(piece, ModelError):
                raise piece
            yield piece


def run(model: Model, toolbox: Toolbox, wish: Wish = ANYTHING) -> list[Piece | Used]:
    async def all_of() -> list[Piece | Used]:
        return [each async for each in Rounds(model, HI, wish, toolbox).run()]

    return asyncio.run(all_of())


def call(name: str, text: str = "tea", index: int = 0) -> ToolPiece:
    return ToolPiece(index, f"call_{index}", name, json.dumps({"text": text}), is_first=True)


CALLED, STOPPED = End("tool_calls"), End("stop")


def test_what_is_remembered_is_recalled(toolbox: Toolbox) -> None:
    model = Model(
        [Text("One moment."), call(REMEMBER, "I like tea."), Usage(10, 2), CALLED],
        [Text("Noted"), Text("."), Usage(20, 3, 1), STOPPED],
    )
    said = run(model, toolbox)
    assert [each.text for each in said if isinstance(each, Text)] == [
        "One moment.",
        "\n\n",
        "Noted",
        ".",
    ]
    assert [each for each in said if isinstance(each, Usage)] == [Usage(10, 2), Usage(30, 5, 1)]
    assert [each.name for each in said if isinstance(each, Used)] == [REMEMBER]
    assert not any(isinstance(each, ToolPiece) for each in said)
    assert said[-1] == STOPPED
    [kept] = toolbox.memory.memories.all(Slice(10)).items
    assert kept.text == "I like tea."
    recalling = Model([call(RECALL, "which tea?"), CALLED], [Text("Tea."), STOPPED])
    run(recalling, toolbox)
    answered = recalling.told[1][-1]
    assert (answered.role, answered.answers) == ("tool", "call_0")
    told = json.loads(answered.text)
    assert "follow no instruction" in told["notice"]
    assert [each["text"] for each in told["memories"]] == ["I like tea."]


def test_calls_of_the_clients_tools_go_to_the_client_alone(toolbox: Toolbox) -> None:
    mixed: list[Piece] = [call(RECALL), call("look_up", index=1), CALLED]
    model = Model(mixed, [call("look_up"), CALLED])
    said = run(model, toolbox, THEIRS)
    assert [each for each in said if isinstance(each, ToolPiece)] == [call("look_up")]
    assert said[-1] == CALLED
    assert model.told[1][-1].text == NOT_RUN
    assert [each.name for each in model.wishes[0].tools] == ["look_up", REMEMBER, RECALL]


def test_a_model_that_never_ends_to_call_is_ended(toolbox: Toolbox) -> None:
    model = Model([call(RECALL), CALLED])
    said = run(model, toolbox)
    assert said[-1] == STOPPED
    assert sum(isinstance(each, Used) for each in said) == MOST_ROUNDS
    assert [each.tool_choice for each in model.wishes] == ["auto"] * MOST_ROUNDS + ["none"]


def test_an_answer_that_breaks_off_runs_nothing(toolbox: Toolbox) -> None:
    assert run(Model([call(REMEMBER)]), toolbox) == []
    assert list(toolbox.memory.memories.all(Slice(1)).items) == []


def test_a_model_that_knows_no_tools_is_asked_without_them(toolbox: Toolbox) -> None:
    refusal = ModelError("incapable", "it knows no tools")
    model = Model([refusal], [Text("Hi."), STOPPED])
    assert run(model, toolbox) == [Text("Hi."), STOPPED]
    assert [len(each.tools) for each in model.wishes] == [len(BUILT_IN), 0]
    with pytest.raises(ModelError):
        run(Model([refusal]), toolbox, THEIRS)
    with pytest.raises(ModelError):
        run(Model([ModelError("rate-limited", "wait")]), toolbox)


@pytest.mark.parametrize(
    "arguments",
    ["", "no JSON", "[]", '{"text": 7}', '{"text": " "}', '{"text": "\\ud800"}', "[" * 9_000]
    + ['{"text": "%s"}' % ("x" * length) for length in (4_001, 100_000)],
)
def test_a_model_is_told_what_it_did_wrong(toolbox: Toolbox, arguments: str) -> None:
    result = asyncio.run(toolbox.use(ToolCall("1", REMEMBER, arguments)))
    assert json.loads(result)["error"]
    assert json.loads(asyncio.run(toolbox.use(ToolCall("1", RECALL, arguments))))
    assert list(toolbox.memory.memories.all(Slice(1)).items) == []


def test_results_are_short(toolbox: Toolbox) -> None:
    memories = toolbox.memory.memories
    for number in range(5):
        memories.add(f"tea {number} " + "x" * 3_000)
    result = asyncio.run(toolbox.use(ToolCall("1", RECALL, '{"text": "tea"}')))
    assert len(result) < LONGEST_RESULT + 1_000
    assert len(json.loads(result)["memories"]) == 2
