"""The rows of the questionnaire about the agent."""

from dataclasses import dataclass
from typing import Annotated

from mosaic_installer.core.facts import Facts
from mosaic_installer.core.questionnaire.setting import Draft, Setting, parse_name

NAMES = {
    "general": "Mosaic",
    "software-dev": "Mason",
    "devops": "Harbor",
    "research": "Sage",
    "content": "Quill",
    "custom": "Mosaic",
}
"""The name that each intent proposes."""
INTENTS = tuple(NAMES)


def parse_intent(text: str) -> str:
    """Accept what the agent is for."""
    name = text.strip().lower()
    if name not in INTENTS:
        raise ValueError(f"an intent is one of {', '.join(f'`{intent}`' for intent in INTENTS)}")
    return name


def _name_of_intent(_facts: Facts, draft: Draft) -> str:
    return NAMES[str(draft["agent.intent"])]


@dataclass(frozen=True, kw_only=True)
class AgentAnswers:
    """What the agent is for, and what it is called."""

    intent: Annotated[
        str,
        Setting(
            key="agent.intent",
            variable="MOSAIC_AGENT_INTENT",
            prompt="What the agent is for",
            help="Proposes a name, and what the agent is told about its work.",
            parse=parse_intent,
            default="general",
            choices=INTENTS,
        ),
    ]
    name: Annotated[
        str,
        Setting(
            key="agent.name",
            variable="MOSAIC_AGENT_NAME",
            prompt="Name of the agent",
            help="What the agent calls itself.",
            parse=parse_name,
            default=_name_of_intent,
            default_note="`Mosaic`, or the name that goes with another `agent.intent`",
        ),
    ]
