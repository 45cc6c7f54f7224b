"""Frozen values: made with names, compared by what they hold, never changed.

`@frozen` is `dataclass(frozen=True, kw_only=True)` to the type checker, and in all that is used
of it here. But `dataclasses` writes and compiles six methods for each class, and imports `inspect`:
that is half of a run that changes nothing. The classes made here share their methods.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, dataclass_transform, overload

Class = TypeVar("Class", bound=type)
NOTHING: Any = object()
FIELDS = "__fields__"


class Field(NamedTuple):
    """One of the things that a value holds."""

    name: str
    type: Any
    default: Any
    default_factory: Callable[[], Any] | None
    repr: bool


def field(
    *,
    default: Any = NOTHING,
    default_factory: Callable[[], Any] | None = None,
    repr: bool = True,  # noqa: A002 - as the standard library calls it
) -> Any:
    """Define a field with a default that is made anew for each value, or that is not shown."""
    return Field("", None, default, default_factory, repr)


@overload
def frozen(kind: Class) -> Class: ...


@overload
def frozen(*, kw_only: bool) -> Callable[[Class], Class]: ...


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def frozen(kind: Any = None, *, kw_only: bool = True) -> Any:  # noqa: ARG001 - as it says below
    """Make a class one of frozen values; what it annotates, it holds.

    `kw_only` is for the type checker: it sees to it that names are given.
    """
    if kind is None:
        return frozen
    rows = {row.name: row for base in reversed(kind.__mro__) for row in vars(base).get(FIELDS, ())}
    for name, annotation in kind.__annotations__.items():
        if getattr(annotation, "__origin__", None) is not ClassVar:
            rows[name] = _field(kind, name, annotation)
    setattr(kind, FIELDS, tuple(rows.values()))
    for name, method in METHODS.items():
        if name not in vars(kind):
            setattr(kind, name, method)
    return kind


def _field(kind: type, name: str, annotation: Any) -> Field:
    found = kind.__dict__.get(name, NOTHING)
    if not isinstance(found, Field):
        return Field(name, annotation, found, None, repr=True)
    if found.default is NOTHING:
        delattr(kind, name)
    else:
        setattr(kind, name, found.default)
    return found._replace(name=name, type=annotation)


def fields(kind: Any) -> tuple[Field, ...]:
    """Return what a class of frozen values, or one of them, holds."""
    rows: tuple[Field, ...] = getattr(kind, FIELDS)
    return rows


def is_frozen(kind: object) -> bool:
    """Return whether this is a class of frozen values, or one of them."""
    return hasattr(kind, FIELDS)


def as_dict(value: Any) -> dict[str, Any]:
    """Return what a value holds, and in turn what that holds, as dictionaries.

    Everything else in it is copied, which a secret refuses.
    """
    return {row.name: _plain(getattr(value, row.name)) for row in fields(value)}


def _plain(value: Any) -> Any:
    if is_frozen(value):
        return as_dict(value)
    if isinstance(value, list | tuple):
        return type(value)(map(_plain, value))
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    from copy import deepcopy

    return deepcopy(value)


def _init(self: Any, *words: Any, **values: Any) -> None:
    rows, held = fields(self), self.__dict__
    if words:
        values = _named(self, words, values)
    for name, _, default, factory, _ in rows:
        if name in values:
            held[name] = values.pop(name)
        elif default is not NOTHING:
            held[name] = default
        elif factory is not None:
            held[name] = factory()
        else:
            raise TypeError(f"{type(self).__name__} misses {name!r}")
    if values:
        raise TypeError(f"{type(self).__name__} has no {sorted(values)}")


def _named(self: Any, words: tuple[Any, ...], values: dict[str, Any]) -> dict[str, Any]:
    names = [row.name for row in fields(self)][: len(words)]
    if len(names) < len(words) or values.keys() & names:
        raise TypeError(f"{type(self).__name__} is given too much: {words}, {values}")
    return dict(zip(names, words, strict=True)) | values


def _repr(self: Any) -> str:
    shown = (f"{row.name}={getattr(self, row.name)!r}" for row in fields(self) if row.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _held(value: Any) -> tuple[Any, ...]:
    return tuple(value.__dict__[row.name] for row in fields(value))


def _eq(self: Any, other: object) -> bool:
    return _held(self) == _held(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_held(self))


def _refuse(self: Any, name: str, *_value: object) -> None:
    raise AttributeError(f"{type(self).__name__} is frozen: {name!r} stays as it is")


METHODS = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
}


if TYPE_CHECKING:
    # mypy knows the standard one, and checks the names and types of what is changed.
    from dataclasses import replace as replace  # noqa: PLC0414 - it is handed on
else:

    def replace(value, /, **changes):
        """Return the value with some of what it holds changed."""
        held = {row.name: getattr(value, row.name) for row in fields(value)}
        return type(value)(**held | changes)
