"""Checks of what calls to services said, for those services that are new in this run."""

from collections.abc import Iterator

from mosaic_installer.core.answers import Answers, value_of
from mosaic_installer.core.connections.endings import endings_of
from mosaic_installer.core.connections.endpoint import endpoints
from mosaic_installer.core.connections.models import newest_of_family
from mosaic_installer.core.connections.stand_ins import StandIn, stand_ins
from mosaic_installer.core.connections.verdict import Result, Verdict
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, note, warning
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.questionnaire.model_providers import SIZES

CHOOSE = "choose others: `mosaic provider test --verbose` lists them"


def secrets_are_accepted(facts: Facts, _answers: Answers) -> Finding | None:
    """A key that is refused now will be refused when the gateway needs it."""
    refused = _with(facts, "refused")
    open_ones = [verdict for verdict in refused if not verdict.is_kept]
    anyway = "Keep it anyway: the gateway may not be able to use it"
    if open_ones:
        return error(*_in_two_lines(open_ones), consent=anyway)
    return warning(*_in_two_lines(refused)) if refused else None


def providers_have_credit(facts: Facts, _answers: Answers) -> Finding | None:
    """Without credit a provider knows the key, and does nothing for it."""
    spent = _with(facts, "no-credit")
    return warning(*_in_two_lines(spent)) if spent else None


def services_are_reachable(facts: Facts, _answers: Answers) -> Finding | None:
    """What cannot be reached now may be reached later: the machine may be offline on purpose."""
    unreachable = _with(facts, "unreachable")
    return warning(*_in_two_lines(unreachable)) if unreachable else None


def services_are_what_they_should_be(facts: Facts, _answers: Answers) -> Finding | None:
    """Something else may listen there: a portal, another program, a gateway with a typing error."""
    strange = _with(facts, "unexpected")
    return warning(*_in_two_lines(strange)) if strange else None


def bots_can_read(facts: Facts, _answers: Answers) -> Finding | None:
    """A bot with a right token may still be shown nothing of what people write."""
    limited = [row for row in facts.around.verdicts if row.limit]
    if not limited:
        return None
    limits = "; ".join(row.limit for row in limited)
    return warning(limits, "; ".join(row.hint for row in limited))


def models_are_available(facts: Facts, answers: Answers) -> Finding | None:
    """Not every key may use every model, and Ollama has only what was pulled."""
    pulled = {"ollama"} if answers.models.ollama_pull else set()
    verdicts = _without_replaced(facts, answers)
    short = [row for row in verdicts if row.missing_models and row.name not in pulled]
    if not short:
        return None
    lacks = "; ".join(f"{row.name} has no {', '.join(row.missing_models)}" for row in short)
    names = [name for row in short if row.name == "ollama" for name in row.missing_models]
    pull = " and ".join(f"`ollama pull {name}`" for name in names)
    newest = [f"`--set {each}`" for row in short for each in _newest(row, answers)]
    ways = [
        *([f"{pull}, or `--set providers.ollama_pull=yes`"] if pull else []),
        *([f"take the newest that is there: {' '.join(newest)}"] if newest else []),
    ]
    return warning(f"models are missing: {lacks}", "; ".join(ways) or CHOOSE)


def default_models_are_listed(facts: Facts, answers: Answers) -> Finding | None:
    """A provider renames its models every few months; the newest of the same family will do."""
    replaced = _replaced(facts, answers)
    if not replaced:
        return None
    what = "; ".join(
        f"{row.title} does not list the default {row.default}, so {row.model} is used"
        for row in replaced
    )
    ways = " ".join(f"`--set {row.key}=…`" for row in replaced)
    titles = {row.title for row in replaced}
    why = "it is there already" if titles == {"Ollama"} else "it is the newest of the same family"
    return note(what, f"{why}; choose another with {ways}")


def models_go_on(facts: Facts, answers: Answers) -> Finding | None:
    """A provider that says when it shuts a model down does so, and whoever uses it stops, too."""
    listed = {row.name: dict(row.ending_models) for row in facts.around.verdicts}
    today = facts.host.system.now.date().isoformat()
    endings = [
        f"{model} {'will be' if day > today else 'was'} shut down on {day}"
        for endpoint in endpoints(answers)
        for model, day in endings_of(endpoint, listed.get(endpoint.name, {})).items()
    ]
    return warning("; ".join(endings), CHOOSE) if endings else None


def _replaced(facts: Facts, answers: Answers) -> list[StandIn]:
    found = stand_ins(answers, facts.around.verdicts)
    return [row for row in found if value_of(answers, row.key) == row.model]


def _without_replaced(facts: Facts, answers: Answers) -> Iterator[Verdict]:
    """Yield the verdicts, without missing those models that others stand in for."""
    wanted = {model for endpoint in endpoints(answers) for model in endpoint.models}
    gone = {row.default for row in _replaced(facts, answers)} - wanted
    for row in facts.around.verdicts:
        missing = tuple(model for model in row.missing_models if model not in gone)
        yield replace(row, missing_models=missing)


def _newest(row: Verdict, answers: Answers) -> Iterator[str]:
    """Yield, as `key=model`, the newest models of the same families as those that are missing."""
    for size in SIZES if row.name != "ollama" else ():
        key = f"providers.{row.name}_{size}"
        wanted = str(value_of(answers, key))
        newest = newest_of_family(wanted, row.models) if wanted in row.missing_models else None
        if newest:
            yield f"{key}={newest}"


def _with(facts: Facts, result: Result) -> list[Verdict]:
    return [verdict for verdict in facts.around.verdicts if verdict.result == result]


def _in_two_lines(verdicts: list[Verdict]) -> tuple[str, str]:
    messages = "; ".join(verdict.message for verdict in verdicts)
    return messages, "; ".join(dict.fromkeys(verdict.hint for verdict in verdicts))
