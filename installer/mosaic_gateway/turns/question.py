"""A question, and what is looked up before anybody is asked it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mosaic_gateway.accounts.users import User
from mosaic_gateway.agents.agent import EVERY_TOOL, MODEL_PREFIX, Agent
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.models.messages import ANYHOW, Message, Wish
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.turns.conversations import Conversations
from mosaic_gateway.turns.history import NOTHING, History


@dataclass(frozen=True)
class Question:
    """What somebody asks.

    With a `conversation`, the messages are added to it; without one they are all that was said,
    and the conversation that they go on with is found by that. Unless `is_kept`, nothing is.

    `agent` is a name; an empty one is nobody's, and None is the agent that the conversation was
    last held with. One can also be named as a `model`, for clients that know models only.

    `instructions` are told to the model like those of an agent: for this question, and not kept.
    """

    messages: Sequence[Message]
    model: str | None = None
    wish: Wish = ANYHOW
    conversation: str | None = None
    is_kept: bool = True
    agent: str | None = None
    instructions: str | None = None

    @property
    def agent_name(self) -> str | None:
        """The name of the agent, as `agent` has it."""
        if self.agent is None and self.model and self.model.startswith(MODEL_PREFIX):
            return self.model.removeprefix(MODEL_PREFIX)
        return self.agent

    @property
    def model_name(self) -> str | None:
        """The model that is asked for, if it is one."""
        is_agent = self.model is not None and self.model.startswith(MODEL_PREFIX)
        return None if is_agent else self.model


@dataclass(frozen=True)
class Asked:
    """A question with what was said before it (`history`), and the agent that is asked."""

    question: Question
    history: History = NOTHING
    agent: Agent | None = None

    @property
    def messages(self) -> Sequence[Message]:
        """All that was said, to whichever agent."""
        return [*self.history.messages, *self.question.messages]

    @property
    def told(self) -> Sequence[Message]:
        """What a model is told: first what the agent is to do, and what is to be done now."""
        return [*self.orders, *self.messages]

    @property
    def orders(self) -> Sequence[Message]:
        """What the agent is to do, and what is to be done now."""
        first = (self.agent.prompt if self.agent else None, self.question.instructions)
        return [Message("system", (each,)) for each in first if each]

    @property
    def model(self) -> str | None:
        """The model that the question names, else the agent's, if that names one."""
        if self.agent is None or self.question.model_name is not None:
            return self.question.model_name
        return self.agent.model

    @property
    def wish(self) -> Wish:
        """What is wished for, with no other tools of the client's than the agent may use."""
        if self.agent is None or self.agent.tools is None or EVERY_TOOL in self.agent.tools:
            return self.question.wish
        return self.question.wish.only(self.agent.tools)


def recalled(storage: Storage, user: User, question: Question) -> Asked:
    """Look up what was said before, and the agent.

    Raises NoSuchConversationError and NoSuchAgentError.
    """
    history, latest = NOTHING, None
    if question.conversation is not None:
        own = Conversations(storage, user)
        history, latest = own.recall(question.conversation, question.messages)
    return Asked(question, history, _agent(Agents(storage, user), question, latest))


def after(storage: Storage, user: User, question: Question, turn: str) -> Question:
    """The question as one that goes on from a turn; only the agent that it names is asked.

    It is in the conversation of that turn, or in a new one where that has gone on since. Raises
    NoSuchConversationError.
    """
    conversation, history = Conversations(storage, user).up_to(turn, question.messages)
    question = replace(question, agent=question.agent_name or "")
    if history is None:
        return replace(question, conversation=conversation)
    return replace(question, messages=[*history, *question.messages])


def _agent(agents: Agents, question: Question, latest: str | None) -> Agent | None:
    name = question.agent_name
    if name is None:
        # One that is gone is asked no more: the conversation goes on without it.
        return agents.known(latest) if latest else None
    return None if question.agent == "" else agents.named(name)
