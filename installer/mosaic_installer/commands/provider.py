"""`mosaic provider`: which services the gateway is to use, and whether they work, by real calls."""

from mosaic_installer.commands.opening import given_layers, open_machine, remembered_layer
from mosaic_installer.commands.verification import verify
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.connections.endpoint import Endpoint, endpoints
from mosaic_installer.core.connections.known import KNOWN, NAMES
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.settling.interview import nearest, sketch
from mosaic_installer.errors import AnswersError, CredentialError, InstallerError
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.ui import output


def list_all(*, as_json: bool) -> int:
    """Print every service: whether it is on, where it is, and the models to use there."""
    known = {endpoint.name: endpoint for endpoint in endpoints(_answers())}
    rows = [_row(row.kind, row.name, known.get(row.name)) for row in KNOWN]
    if as_json:
        output.document([{"schema": SCHEMA, **row} for row in rows])
        return 0
    lines = (
        (str(row["name"]), f"on   {row['url']}{_details(row)}" if row["on"] else "off")
        for row in rows
    )
    output.data(output.lines(lines))
    return 0


def test(
    name: str | None, *, completes: bool, seconds: float, as_json: bool, is_verbose: bool
) -> int:
    """Try every service that is on, or the one called `name`; nothing is written down.

    The exit code is 0 when all of them work, 7 when one refuses its secret, else 1.
    """
    wanted = _wanted(name)
    verdicts = verify(wanted, completes=completes, seconds=seconds)
    if as_json:
        output.document([_document(verdict) for verdict in verdicts])
    else:
        _show(verdicts, with_models=is_verbose)
    results = {verdict.result for verdict in verdicts}
    if "refused" in results:
        return CredentialError.exit_code
    return 0 if results <= {"accepted"} else InstallerError.exit_code


def _answers() -> Answers:
    layers = given_layers()
    machine = open_machine(layers)
    layers.append(remembered_layer(machine))
    return sketch(layers, probe_host(machine)).settled.answers


def _wanted(name: str | None) -> tuple[Endpoint, ...]:
    known = endpoints(_answers())
    if name is None:
        return known
    if name not in NAMES:
        raise AnswersError(
            f"unknown service `{name}`{nearest(name, NAMES)}",
            f"the services are {', '.join(NAMES)}",
        )
    chosen = tuple(endpoint for endpoint in known if endpoint.name == name)
    if not chosen:
        raise AnswersError(
            f"`{name}` is not turned on, so there is nothing to test",
            "`mosaic config explain` lists the settings that turn it on",
        )
    return chosen


def _row(kind: str, name: str, endpoint: Endpoint | None) -> dict[str, object]:
    return {
        "name": name,
        "kind": kind,
        "on": endpoint is not None,
        "url": endpoint.url if endpoint else None,
        "models": list(dict.fromkeys(endpoint.models)) if endpoint else [],
        "callback": endpoint.callback if endpoint else None,
    }


def _details(row: dict[str, object]) -> str:
    models = row["models"]
    if row["callback"]:
        return f"  (register {row['callback']})"
    return f"  {', '.join(models)}" if isinstance(models, list) and models else ""


def _show(verdicts: tuple[Verdict, ...], *, with_models: bool) -> None:
    if not verdicts:
        output.say("No service is turned on. Add an API key to turn a model provider on.")
    for verdict in verdicts:
        output.sentences(f"{verdict.name}: {verdict.result}: {verdict.message}")
        if verdict.limit:
            output.sentences(f"  but {verdict.limit}")
        if verdict.hint:
            output.sentences(f"  hint: {verdict.hint}")
        if verdict.missing_models:
            output.sentences(f"  models that it lacks: {', '.join(verdict.missing_models)}")
        for model, day in verdict.ending_models:
            output.sentences(f"  {model} will be shut down on {day}")
        if with_models and verdict.models:
            output.sentences(f"  models: {', '.join(verdict.models)}")


def _document(verdict: Verdict) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "name": verdict.name,
        "kind": verdict.kind,
        "result": verdict.result,
        "cause": verdict.cause,
        "message": verdict.message,
        "hint": verdict.hint,
        "limit": verdict.limit,
        "models": list(verdict.models),
        "missing_models": list(verdict.missing_models),
        "ending_models": dict(verdict.ending_models),
    }
