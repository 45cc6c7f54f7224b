"""The rows of the questionnaire about routing: which models answer which kind of task."""

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import WithAny
from mosaic_installer.core.questionnaire.kinds import Kind
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS
from mosaic_installer.core.questionnaire.providers import parse_model
from mosaic_installer.core.questionnaire.setting import RowsByName, Setting

TASKS = {
    "complex-coding": "Refactoring, architecture, concurrency: work for a strong model.",
    "moderate-coding": "Most questions with code in them.",
    "simple-coding": "Typos, syntax, one-liners.",
    "research": "Comparisons, sources, analysis.",
    "summarization": "Summaries of a text.",
    "conversation": "Everything that is clearly no other task.",
    "cheap": "Short factual questions.",
    "offline": "Questions that must not leave your machines: ask for `mosaic/offline`.",
}
"""What each kind of task is, by name; the gateway tells them apart in its room `routing/`."""
USES = {"cheap": "cheap answers", "offline": "offline use"}
"""What models are for, where the name of the task does not say it in a sentence."""
MOST_MODELS = 10
WITH_MODELS = WithAny(tuple(provider.key for provider in PROVIDERS), "a model provider")


def parse_models(text: str) -> str:
    """Accept models as `provider/model`, the best first, separated by commas."""
    pieces = [piece.strip() for piece in text.split(",")]
    names = [provider.name for provider in PROVIDERS]
    for piece in pieces:
        provider, _, model = piece.partition("/")
        if provider not in names:
            raise ValueError(
                f"models look like `anthropic/claude-opus-5-5, zai/glm-5.3`; "
                f"the providers are {', '.join(names)}"
            )
        parse_model(model)
    if len(set(pieces)) < len(pieces) or len(pieces) > MOST_MODELS:
        raise ValueError(f"name each model once, and at most {MOST_MODELS}")
    return ", ".join(pieces)


MODELS = Kind(
    parse=parse_models,
    examples=("openai/gpt-6.1-sol, zai/glm-5.3",),
    accepts="Models as `provider/model`, separated by commas.",
)


@frozen
class RouteAnswers:
    """Which models answer one kind of task; None: those of the providers that are on."""

    models: str | None


def _row(task: str, help_text: str) -> Setting:
    name = task.replace("-", "_")
    return Setting(
        key=f"routing.{name}",
        variable=f"MOSAIC_ROUTING_{name.upper()}",
        prompt=f"Models for {USES.get(task, task.replace('-', ' '))}",
        help=f"{help_text} The first model answers; if it fails, the next one does.",
        kind=MODELS,
        when=(WITH_MODELS,),
        default_note="the best models for the task, from the providers that are on",
        is_optional=True,
    )


ROUTING_ROWS = RowsByName(
    section=RouteAnswers,
    rows={task: {"models": _row(task, help_text)} for task, help_text in TASKS.items()},
)
