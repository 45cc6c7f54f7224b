"""Checks of what calls to services said, for those services that are new in this run."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.connections.verdict import Result, Verdict
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, warning


def secrets_are_accepted(facts: Facts, _answers: Answers) -> Finding | None:
    """A key that is refused now will be refused when the gateway needs it."""
    refused = [verdict for verdict in _with(facts, "refused") if not verdict.is_kept]
    anyway = "Keep it anyway: the gateway may not be able to use it"
    return error(*_in_two_lines(refused), consent=anyway) if refused else None


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


def models_are_available(facts: Facts, answers: Answers) -> Finding | None:
    """Not every key may use every model, and Ollama has only what was pulled."""
    pulled = {"ollama"} if answers.models.ollama_pull else set()
    short = [row for row in facts.verdicts if row.missing_models and row.name not in pulled]
    if not short:
        return None
    lacks = "; ".join(f"{row.name} has no {', '.join(row.missing_models)}" for row in short)
    names = [name for row in short if row.name == "ollama" for name in row.missing_models]
    pull = " and ".join(f"`ollama pull {name}`" for name in names)
    hint = (
        f"{pull}, or `--set providers.ollama_pull=yes`"
        if pull
        else "choose others: `mosaic provider test --verbose` lists them"
    )
    return warning(f"models are missing: {lacks}", hint)


def _with(facts: Facts, result: Result) -> list[Verdict]:
    return [verdict for verdict in facts.verdicts if verdict.result == result]


def _in_two_lines(verdicts: list[Verdict]) -> tuple[str, str]:
    messages = "; ".join(verdict.message for verdict in verdicts)
    return messages, "; ".join(dict.fromkeys(verdict.hint for verdict in verdicts))
