"""`/api/routing/explain`: who would answer, and why, without asking anybody."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.models import Wire
from mosaic_gateway.models.messages import Message
from mosaic_gateway.turns.question import Question

ROUTES = APIRouter(prefix="/api/routing", tags=["routing"])


class ExplainRequest(Wire):
    """A question that somebody might ask; `model` and `agent` as in a turn."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1)
    model: str | None = None
    agent: str | None = None


class DecisionView(Wire):
    """The models that would be asked one after the other, and why."""

    task: str
    models: list[str]
    reason: str


@ROUTES.post("/explain")
def explain(body: ExplainRequest, caller: ChatCaller, services: TheServices) -> DecisionView:
    """Decide as for a question, at the head of a conversation; models that failed come last."""
    asked = Question([Message("user", (body.text,))], model=body.model, agent=body.agent)
    decision = services.turns.foreseen(caller.user, asked)
    models = [str(target) for target in decision.chain]
    return DecisionView(task=decision.task, models=models, reason=decision.reason)
