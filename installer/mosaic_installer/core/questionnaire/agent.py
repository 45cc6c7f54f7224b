"""The rows of the questionnaire about the agent."""

from typing import Annotated

from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.kinds import NAME, choice
from mosaic_installer.core.questionnaire.setting import Earlier, Setting

NAMES = {
    "general": "Mosaic",
    "software-dev": "Mason",
    "devops": "Harbor",
    "research": "Sage",
    "content": "Quill",
    "custom": "Mosaic",
}
"""The name that each intent proposes."""
WORK = {
    "general": "everyday questions",
    "software-dev": "writing and reviewing code",
    "devops": "running servers and services",
    "research": "finding out, with sources",
    "content": "writing and editing texts",
    "custom": "a prompt of your own",
}
INTENT = choice(
    "an intent",
    {intent: f"{work}; suggested name {NAMES[intent]}" for intent, work in WORK.items()},
)


def _name_of_intent(_host: Host, earlier: Earlier) -> str:
    return NAMES[str(earlier["agent.intent"])]


@frozen
class AgentAnswers:
    """What the agent is for, and what it is called."""

    intent: Annotated[
        str,
        Setting(
            key="agent.intent",
            variable="MOSAIC_AGENT_INTENT",
            prompt="What the agent is for",
            help="Suggests a name and a prompt. The agent also remembers facts for each user, for "
            "about 200 tokens per question. `mosaic agent edit` changes all of this.",
            kind=INTENT,
            default="general",
        ),
    ]
    name: Annotated[
        str,
        Setting(
            key="agent.name",
            variable="MOSAIC_AGENT_NAME",
            prompt="Agent name",
            help="What the agent calls itself, and what `mosaic chat --agent NAME` takes.",
            kind=NAME,
            default=_name_of_intent,
            default_note="`Mosaic`, or the name that goes with another `agent.intent`",
        ),
    ]
