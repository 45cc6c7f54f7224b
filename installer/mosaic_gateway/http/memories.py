"""`/api/memories`: what is kept for whoever asks; and searching it, and their conversations."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, ConfigDict, Field

from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.models import Wire
from mosaic_gateway.memory.memories import Memories
from mosaic_gateway.memory.memory import LONGEST_MEMORY, LONGEST_QUESTION, parse_memory
from mosaic_gateway.memory.recollection import Recollection
from mosaic_gateway.memory.search import MOST_RANKED, Slice
from mosaic_gateway.memory.transcripts import Transcripts

ROUTES = APIRouter(prefix="/api", tags=["memories"])

MOST_LISTED = 200
MOST_FOUND = 100
Text = Annotated[
    str,
    AfterValidator(parse_memory),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_MEMORY}),
]


class NewMemoryRequest(Wire):
    """Something to keep."""

    model_config = ConfigDict(extra="forbid")

    text: Text


class SearchRequest(Wire):
    """What to look for, in any words; `offset` goes on where the last answer ended."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=LONGEST_QUESTION)
    limit: int = Field(default=20, ge=1, le=MOST_FOUND)
    offset: int = Field(default=0, ge=0, le=MOST_RANKED)

    @property
    def wanted(self) -> Slice:
        """Which part of what is found."""
        return Slice(self.limit, self.offset)


class MemoryView(Wire):
    """A memory; `conversation` is the one that it was kept in, `updatedAt` when it was last."""

    id: str
    text: str
    conversation: str | None
    created_at: datetime
    updated_at: datetime


class ExcerptView(Wire):
    """A piece of a turn in one of one's own conversations."""

    conversation: str
    title: str
    turn: str
    position: int
    text: str
    said_at: datetime


class FoundView(Wire):
    """What there is besides what was found: in which ways it was searched, and whether more is."""

    searched: tuple[Literal["keyword", "vector"], ...] = ("keyword",)
    has_more: bool


class FoundMemoriesView(FoundView):
    """Memories, the best first."""

    found: list[MemoryView]


class FoundExcerptsView(FoundView):
    """Turns, the best first."""

    found: list[ExcerptView]


def memories_of(caller: ChatCaller, services: TheServices) -> Memories:
    """Those of whoever asks."""
    return Memories(services.storage, caller.user)


def recollection_of(caller: ChatCaller, services: TheServices) -> Recollection:
    """The same, where a model of embeddings may be asked."""
    return Recollection(services.meaning, caller.user)


def transcripts_of(caller: ChatCaller, services: TheServices) -> Transcripts:
    """What whoever asks has said and was answered."""
    return Transcripts(services.storage, caller.user)


TheMemories = Annotated[Memories, Depends(memories_of)]
TheRecollection = Annotated[Recollection, Depends(recollection_of)]
TheTranscripts = Annotated[Transcripts, Depends(transcripts_of)]


@ROUTES.get("/memories")
def memories(
    own: TheMemories,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> list[MemoryView]:
    """The latest first."""
    return [MemoryView.model_validate(each) for each in own.all(Slice(limit, offset)).items]


@ROUTES.post("/memories", status_code=201)
async def add(body: NewMemoryRequest, own: TheRecollection) -> MemoryView:
    """Keep something; what is kept already counts as said again."""
    return MemoryView.model_validate(await own.add(body.text))


@ROUTES.post("/memories/search")
async def search(body: SearchRequest, own: TheRecollection) -> FoundMemoriesView:
    """Find memories."""
    result = await own.search(body.text, body.wanted)
    found = [MemoryView.model_validate(each) for each in result.page.items]
    return FoundMemoriesView(found=found, has_more=result.page.has_more, searched=result.searched)


@ROUTES.get("/memories/{memory_id}")
def show(memory_id: str, own: TheMemories) -> MemoryView:
    """One of them."""
    return MemoryView.model_validate(own.find(memory_id))


@ROUTES.delete("/memories/{memory_id}", status_code=204)
def forget(memory_id: str, own: TheMemories) -> None:
    """Forget it for good."""
    own.remove(memory_id)


@ROUTES.post("/conversations/search")
def search_conversations(body: SearchRequest, own: TheTranscripts) -> FoundExcerptsView:
    """Find where in one's own conversations something was said."""
    page = own.search(body.text, body.wanted)
    # A model may say half a character, which has no bytes in UTF-8.
    found = [
        ExcerptView.model_validate(
            {**vars(each), "text": each.text.encode("utf-8", "replace").decode("utf-8")}
        )
        for each in page.items
    ]
    return FoundExcerptsView(found=found, has_more=page.has_more)
