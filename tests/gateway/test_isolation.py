"""Whatever two users do at one gateway, in whatever order: neither gets a row of the other's.

Each of them says a word of their own in all they write, which no answer to the other may have, and
names the ids of both. What a model is told counts as well: it repeats the words that it heard.
"""

import random
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest
from tests.gateway.agents import make
from tests.gateway.chats import providers, standing_in
from tests.gateway.conftest import NewHome
from tests.gateway.kinds import ON_ALL
from tests.gateway.meanings import vector_of
from tests.gateway.people import add_person, signed_in
from tests.gateway.process import client_of
from tests.gateway.two_people import KINDS, NOTES, WORDS, Parrot, Person
from tests.sampling import SEED, Draw

pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_ALL]

NUMBER, SAMPLED = 10_000, 120
EMBEDDINGS = {"provider": "ollama", "model": "an-embedder", "dimensions": len(vector_of(""))}


Act = Callable[[Person, Person, random.Random], object]


def kept(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def remember(who: Person, _: Person, chance: random.Random) -> None:
    who.owned["memories"].add(kept(who.do("POST", "/api/memories", {"text": who.text(chance)})))


def search(who: Person, _: Person, chance: random.Random) -> None:
    words = [*chance.choice(NOTES).split(), *chance.sample(WORDS, chance.randrange(3))]
    body = {"text": " ".join(words), "limit": chance.randint(1, 100)}
    body |= {"offset": chance.choice((0, 0, 5, 100))}
    kind = chance.choice(("memories", "conversations"))
    found = who.do("POST", f"/api/{kind}/search", body).json()["found"]
    ids = {each["id" if kind == "memories" else "conversation"] for each in found}
    assert ids <= who.owned[kind] or kind == "memories"


def begin(who: Person, _: Person, chance: random.Random) -> None:
    title = {"title": who.text(chance)} if chance.random() < 0.5 else {}
    who.owned["conversations"].add(kept(who.do("POST", "/api/conversations", title)))


def prepare(who: Person, _: Person, chance: random.Random) -> None:
    body = {"name": f"{who.word} {chance.randrange(30)}", "prompt": who.text(chance)}
    made = who.do("POST", "/api/agents", {**body, "tools": ["*", "recall", "remember"]})
    if made.status_code == 409:
        return
    who.owned["agents"].add(kept(made))


def mint(who: Person, _: Person, chance: random.Random) -> None:
    made = who.do("POST", "/api/tokens", {"label": who.text(chance)})
    who.owned["tokens"].add(kept(made))


def ask(who: Person, other: Person, chance: random.Random) -> None:
    """Ask in a conversation of either."""
    owner = chance.choice((who, who, who, other))
    for conversation in some(owner, "conversations", chance):
        agent = chance.choice((None, "Mason", "", f"{who.word} 1", f"{other.word} 1"))
        body = {"text": who.text(chance), **({} if agent is None else {"agent": agent})}
        answer = who.do("POST", f"/api/conversations/{conversation}/turns", body)
        assert answer.status_code in ({200, 404} if owner is who else {404})


def chat(who: Person, _: Person, chance: random.Random) -> None:
    """Go on with what was said by `/v1`, or begin as the other does, too."""
    begins = not who.chats or chance.random() < 0.3
    who.chats = [] if begins else who.chats
    who.chats.append({"role": "user", "content": "Hello." if begins else who.text(chance)})
    model = chance.choice(("mosaic", "mosaic/agent/Mason"))
    path = chance.choice(("/v1/chat/completions", "/v1/messages"))
    body = {"model": model, "messages": who.chats, "stream": chance.random() < 0.5}
    answer = who.do("POST", path, body | {"max_tokens": 64})
    assert answer.status_code == 200, answer.text
    who.owned["conversations"].add(answer.headers["x-mosaic-conversation"])
    if body["stream"]:
        who.chats.pop()
        return
    told = answer.json()
    [part] = told["content"] if path == "/v1/messages" else told["choices"]
    content = part["text"] if path == "/v1/messages" else part["message"]["content"]
    who.chats.append({"role": "assistant", "content": content})


def measure(who: Person, _: Person, chance: random.Random) -> None:
    """Ask for vectors as programs do; of them nothing is kept."""
    body = {"model": "mosaic", "input": [who.text(chance) for _ in range(chance.randint(1, 3))]}
    answer = who.do("POST", "/v1/embeddings", body)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["data"]) == len(body["input"])


def respond(who: Person, other: Person, chance: random.Random) -> None:
    """Go on with a response of either; one whose conversation was removed is gone."""
    owner = chance.choice((who, who, other))
    earlier_ones: Sequence[str | None] = some(owner, "responses", chance) or (None,)
    for earlier in earlier_ones:
        body = {"input": who.text(chance), "previous_response_id": earlier}
        answer = who.do("POST", "/v1/responses", body)
        allowed = {200, 404} if earlier and owner is who else {404 if earlier else 200}
        assert answer.status_code in allowed, answer.text
        if answer.status_code == 200:
            who.owned["responses"].add(answer.json()["id"])
            who.owned["conversations"].add(answer.headers["x-mosaic-conversation"])


def look(who: Person, other: Person, chance: random.Random) -> None:
    """Look at one of either; of a conversation, that is its export."""
    kind = chance.choice(("memories", "conversations", "agents"))
    owner = chance.choice((who, other))
    for each in some(owner, kind, chance):
        answer = who.do("GET", f"/api/{kind}/{each}")
        assert answer.status_code in ({200} if owner is who else {404})


def change(who: Person, other: Person, chance: random.Random) -> None:
    kind, name = chance.choice((("conversations", "title"), ("agents", "prompt")))
    owner = chance.choice((who, other))
    for each in some(owner, kind, chance):
        answer = who.do("PATCH", f"/api/{kind}/{each}", {name: who.text(chance)})
        assert answer.status_code in ({200} if owner is who else {404})


def remove(who: Person, other: Person, chance: random.Random) -> None:
    kind = chance.choice(KINDS)
    owner = chance.choice((who, other, other))
    for each in some(owner, kind, chance):
        answer = who.do("DELETE", f"/api/{kind}/{each}")
        assert answer.status_code == (204 if owner is who else 404)
        if owner is who:
            owner.owned[kind].discard(each)


def overview(who: Person, _: Person, chance: random.Random) -> None:
    paths = ("memories", "conversations?limit=200", "agents", "tokens", "usage", "me")
    who.do("GET", f"/api/{chance.choice(paths)}")
    who.do("GET", "/v1/models")


ACTS: tuple[tuple[Act, int], ...] = (
    (remember, 4),
    (search, 6),
    (begin, 2),
    (prepare, 1),
    (mint, 1),
    (ask, 5),
    (chat, 5),
    (measure, 1),
    (respond, 3),
    (look, 4),
    (change, 3),
    (remove, 5),
    (overview, 3),
)


def some(owner: Person, kind: str, chance: random.Random) -> Sequence[str]:
    """One of theirs, if they have any."""
    owned = sorted(owner.owned[kind])
    return [chance.choice(owned)] if owned else []


@pytest.fixture
def people(
    tmp_path_factory: pytest.TempPathFactory, new_home: NewHome
) -> Iterator[tuple[Person, Person]]:
    folder = tmp_path_factory.mktemp("isolation")
    with new_home(folder) as home, standing_in(Parrot()) as service:
        home.fill()
        home.write_config(providers=providers(service.url, "ollama"), embeddings=EMBEDDINGS)
        home.start()
        token = home.set_up()
        add_person(home, "eve@example.org")
        with client_of(home, token) as ada, signed_in(home, "eve@example.org") as eve:
            make(ada, "Mason", tools=["remember", "recall"], isShared=True)
            yield Person(ada, WORDS[0], WORDS[1]), Person(eve, WORDS[1], WORDS[0])


@pytest.mark.timeout(3600)
def test_neither_of_two_users_gets_a_row_of_the_others(
    people: tuple[Person, Person], sampled: Draw
) -> None:
    acts, weights = zip(*ACTS, strict=True)
    for step in sampled(range(NUMBER), SAMPLED):
        chance = random.Random(f"{SEED} {step}")  # noqa: S311 # no secret is made of it
        who, other = chance.sample(people, 2)
        [act] = chance.choices(acts, weights)
        act(who, other, chance)
    for who in people:
        told = who.do("GET", "/api/agents").json()
        assert {each["id"] for each in told if not each["isShared"]} == who.owned["agents"]
        listed = {each["id"] for each in every(who, "/api/memories")}
        assert who.owned["memories"] <= listed
        for kind in ("memories", "conversations"):
            for each in who.owned[kind]:
                assert who.do("GET", f"/api/{kind}/{each}").status_code == 200


def every(who: Person, path: str) -> list[dict[str, str]]:
    """All pages of a list."""
    found: list[dict[str, str]] = []
    while page := who.do("GET", f"{path}?limit=200&offset={len(found)}").json():
        found += page
    return found
