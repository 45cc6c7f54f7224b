"""A frozen value behaves as a frozen dataclass does, in all that is used of one."""

import copy
import dataclasses
import pickle
from pathlib import Path
from typing import ClassVar

import pytest

from mosaic_installer.core.frozen import as_dict, field, fields, frozen, is_frozen, replace

pytestmark = pytest.mark.unit


@frozen
class Part:
    name: str
    size: int = 1


@frozen
class Whole(Part):
    about: ClassVar[str] = "a whole"
    parts: tuple[Part, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    hidden: str = field(default="h", repr=False)

    def __repr__(self) -> str:
        return "its own"

    @property
    def sizes(self) -> int:
        return sum(part.size for part in self.parts)


@frozen(kw_only=False)
class Pair:
    one: int
    two: int = 2


@dataclasses.dataclass(frozen=True)
class Standard:
    one: int
    two: int = 2
    hidden: int = dataclasses.field(default=3, repr=False)


def test_a_value_is_what_it_holds() -> None:
    assert Part(name="a") == Part(name="a", size=1)
    assert Part(name="a") != Part(name="b")
    assert Part(name="a") != Whole(name="a")
    assert {Part(name="a"), Part(name="a")} == {Part(name="a")}
    assert Pair(1, two=3) == Pair(one=1, two=3)
    assert Pair(1) != object()


def test_it_shows_what_is_not_hidden() -> None:
    shown = repr(frozen(type("Standard", (), {"__annotations__": {"one": int}}))(one=1))
    assert shown == "Standard(one=1)"
    assert repr(Part(name="a")) == "Part(name='a', size=1)"
    assert repr(Whole(name="a")) == "its own"


def test_what_is_hidden_stays_so() -> None:
    @frozen
    class Given:
        text: str = field(repr=False)
        source: str

    assert repr(Given(text="secret", source="s")).endswith("Given(source='s')")


@pytest.mark.parametrize("words", [{}, {"name": "a", "colour": "red"}, {"size": 2}])
def test_what_is_missing_or_unknown_is_refused(words: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=r"'name'|colour"):
        Part(**words)  # type: ignore[arg-type]  # that is what is tried


def test_too_many_words_are_refused() -> None:
    with pytest.raises(TypeError, match="too much"):
        Pair(1, 2, 3)  # type: ignore[call-arg]  # that is what is tried
    with pytest.raises(TypeError, match="too much"):
        Pair(1, one=2)  # type: ignore[misc]  # that is what is tried


def test_nothing_changes() -> None:
    part = Part(name="a")
    with pytest.raises(AttributeError, match="'name'"):
        part.name = "b"  # type: ignore[misc]  # that is what is tried
    with pytest.raises(AttributeError, match="'name'"):
        del part.name
    assert part.name == "a"


def test_a_changed_one_is_another() -> None:
    whole = Whole(name="a", parts=(Part(name="p"),))
    changed = replace(whole, name="b")
    assert (changed.name, changed.parts, whole.name) == ("b", whole.parts, "a")
    assert isinstance(changed, Whole)
    with pytest.raises(TypeError, match="colour"):
        replace(whole, colour="red")  # type: ignore[call-arg]  # that is what is tried


def test_defaults_that_are_made_are_made_anew() -> None:
    assert Whole(name="a").notes is not Whole(name="a").notes


def test_it_knows_what_it_holds() -> None:
    assert [row.name for row in fields(Whole)] == ["name", "size", "parts", "notes", "hidden"]
    assert fields(Part(name="a"))[1].type is int
    assert is_frozen(Part)
    assert is_frozen(Part(name="a"))
    assert not is_frozen(Standard(1))
    assert not is_frozen(Path)


def test_it_becomes_dictionaries_to_the_bottom() -> None:
    whole = Whole(name="a", parts=(Part(name="p"),), notes={"k": "v"})
    part = {"name": "p", "size": 1}
    plain = {"name": "a", "size": 1, "parts": (part,), "notes": {"k": "v"}, "hidden": "h"}
    assert as_dict(whole) == plain


def test_it_is_copied_and_kept() -> None:
    whole = Whole(name="a", parts=(Part(name="p"),))
    assert copy.deepcopy(whole) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole  # noqa: S301 - what was made here
    assert whole.sizes == 1


def test_it_matches_by_name() -> None:
    match Whole(name="a", size=3):
        case Whole(name="a", size=size):
            assert size == 3
        case _:
            pytest.fail("it did not")
