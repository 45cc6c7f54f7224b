"""What was done, line by line, synced before it is done. Read to undo, and to report crashes."""

import json
import os
import types
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from mosaic_installer import __version__
from mosaic_installer.core.actions import Action
from mosaic_installer.core.frozen import as_dict, fields, is_frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.plan import Step
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.files import explained
from mosaic_installer.machine.reading import check_regular, read_from, read_regular
from mosaic_installer.machine.records.earlier_gateway import as_now

FORMAT = 1
LARGEST = 64 * 1024 * 1024
"""Bytes: it grows with every run, but no installation ever wrote that much."""
KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Action)}
Outcome = Literal["begun", "done", "failed", "interrupted"]


class Journal:
    """The journal of one installation, open for writing."""

    def __init__(self, path: Path, home: Path) -> None:
        self._path = path
        with explained(path, "write"):
            is_new = not path.exists()
            self._descriptor = _opened(path)
        if is_new or _last_home(path, home) != home:
            self._write(_header(home))

    def record(self, outcome: Outcome, step: Step) -> None:
        """Write one line and sync it: `begun` before anything is changed, the rest after."""
        self._write(_told(outcome, step))

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _write(self, row: dict[str, object]) -> None:
        with explained(self._path, "write"):
            os.write(self._descriptor, _line(row))
            os.fsync(self._descriptor)


def note_beside(path: Path, steps: Sequence[Step]) -> None:
    """Add `begun` for each step in one write, while another run may have the journal open."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with explained(path, "write"):
        descriptor = os.open(path, flags, 0o600)
        try:
            check_regular(descriptor)
            os.write(descriptor, b"".join(_line(_told("begun", step)) for step in steps))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def begun_steps(path: Path, home: Path) -> tuple[Step, ...]:
    """Return every step that was ever begun, once each, the latest last, as seen from `home`.

    An installation that was moved has its paths translated. One that was copied, so that the
    original is still there, has the paths outside of it left out: they are the original's.
    Raises `InstallerError` when a line is damaged; a torn last line (a crash while writing it,
    before anything was changed) is passed over.
    """
    steps: dict[tuple[object, ...], Step] = {}
    origin = home
    for number, line in enumerate(_whole_lines(path), start=1):
        row = _row(path, number, line)
        origin = Path(row.get("home", origin))
        if row.get("outcome") != "begun" or _is_anothers(row, origin, home):
            continue
        row = moved(row, str(origin), str(home))
        step = _step(path, number, row)
        key = (type(step.action), *step.action.about.identity)
        steps.pop(key, None)  # the latest of them undoes all, in its own place
        steps[key] = step
    return tuple(steps.values())


def moved(value: Any, origin: str, home: str) -> Any:
    """Return decoded JSON with every path below `origin` put below `home`."""
    match value:
        case dict():
            return {name: moved(inner, origin, home) for name, inner in value.items()}
        case list():
            return [moved(inner, origin, home) for inner in value]
        case str() if value == origin or value.startswith(f"{origin}/"):
            return home + value.removeprefix(origin)
        case _:
            return value


def _is_anothers(row: dict[str, Any], origin: Path, home: Path) -> bool:
    path = row["action"].get("path") if isinstance(row.get("action"), dict) else None
    is_copy = origin != home and origin.exists()
    return is_copy and path is not None and not Path(path).is_relative_to(origin)


def _last_home(path: Path, home: Path) -> Path:
    """Return where the installation was when its journal was last written."""
    lines = enumerate(_whole_lines(path), start=1)
    rows = (_row(path, number, line) for number, line in lines if '"home"' in line)
    homes = [row["home"] for row in rows if "journal" in row and "home" in row]
    return Path(homes[-1]) if homes else home


def _told(outcome: Outcome, step: Step) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "outcome": outcome,
        "stage": step.stage,
        "kind": type(step.action).__name__,
        "action": _encoded(step.action),
    }


def _line(row: dict[str, object]) -> bytes:
    return (json.dumps(row, ensure_ascii=False) + "\n").encode()


def _header(home: Path) -> dict[str, object]:
    return {"journal": FORMAT, "version": __version__, "home": str(home)}


def _whole_lines(path: Path) -> list[str]:
    """Return the lines of the journal but a torn last one, none where there is no journal."""
    try:
        with explained(path, "read"):
            if not path.exists():
                return []
            return read_regular(path, largest=LARGEST).decode().split("\n")[:-1]
    except UnicodeDecodeError as error:
        raise _damaged(path, "it is not UTF-8 text") from error


def _opened(path: Path) -> int:
    """Return a descriptor to append with; raises `OSError` unless a file can be there."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        check_regular(descriptor)
        _drop_torn_line(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _drop_torn_line(descriptor: int) -> None:
    # A crash while writing left it, before anything was changed; a next line must not join it.
    content = read_from(descriptor, largest=LARGEST)
    if not content.endswith(b"\n"):
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)


def rewritten(steps: tuple[Step, ...], home: Path) -> bytes:
    """Return a journal that says only that `steps` were begun: what is still there to undo."""
    rows: list[dict[str, object]] = [_header(home)]
    for step in steps:
        kind = type(step.action).__name__
        action = _encoded(step.action)
        rows.append({"outcome": "begun", "stage": step.stage, "kind": kind, "action": action})
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise TypeError("it is no JSON object")
        if row.get("journal", FORMAT) > FORMAT or row.get("kind", "WriteFile") not in KINDS:
            raise ValueError("it was written by a newer version")
    except (ValueError, TypeError, RecursionError) as error:
        raise _damaged(path, f"line {number}: {error}") from None
    return row


def _step(path: Path, number: int, row: dict[str, Any]) -> Step:
    try:
        return Step(stage=str(row["stage"]), action=_decoded(row))
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, f"line {number} lacks something: {error}") from None


def _damaged(path: Path, reason: str) -> InstallerError:
    return InstallerError(
        f"the journal `{path}` cannot be read: {reason}",
        "use the version that wrote it, or remove the installation's folders by hand",
        identifier="journal-damaged",
    )


def _encoded(action: Action) -> dict[str, object]:
    row: dict[str, object] = json.loads(json.dumps(as_dict(action), default=str))
    return row | dict.fromkeys(action.about.unjournaled, "")


def _decoded(row: dict[str, Any]) -> Action:
    action: Action = _value(KINDS[row["kind"]], row["action"])
    return action


def _value(kind: Any, value: Any) -> Any:
    """Decode what `json` gave for a field of type `kind`."""
    if is_frozen(kind):
        return _record(kind, value)
    if kind is Path:
        return Path(value)
    arguments = get_args(kind)
    match get_origin(kind):
        case t if t is tuple:
            return tuple(_value(arguments[0], item) for item in value)
        case t if t in {Union, types.UnionType}:
            return None if value is None else _value(_kind_among(arguments, value), value)
        case _:
            return value


def _kind_among(kinds: tuple[Any, ...], value: Any) -> Any:
    """Return the member of a union that a value is of: of dataclasses, the one with its fields."""
    for kind in kinds:
        if is_frozen(kind) and value.keys() <= {field.name for field in fields(kind)}:
            return kind
    return kinds[0]


def _record(kind: Any, row: dict[str, Any]) -> Any:
    row = as_now(row) if kind is Gateway else row
    hints = get_type_hints(kind)
    known: Iterator[str] = (field.name for field in fields(kind) if field.name in row)
    return kind(**{name: _value(hints[name], row[name]) for name in known})
