"""Every text that somebody may read: Python's strings, as they are put together, and pages."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLANK = "X"
"""What stands for a value that only a run knows."""


@cache
def said(package: str = "mosaic_installer") -> tuple[tuple[str, str], ...]:
    """Return what a package says, and the pages, each text after where it stands."""
    return (*_sources(package), *_pages())


def _sources(package: str) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "installer" / package).rglob("*.py")):
        for line, text in _strings(ast.parse(path.read_text())):
            yield f"{path.relative_to(ROOT)}:{line}", text


def _pages() -> Iterator[tuple[str, str]]:
    templates = (path for path in (ROOT / "templates").rglob("*.j2") if path.is_file())
    for path in sorted((ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *templates)):
        yield str(path.relative_to(ROOT)), path.read_text()


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every string but those that only document something, and pieces of another."""
    left_out = {id(text) for text in _docstrings(tree)}
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=pieces):
                left_out |= {id(piece) for piece in pieces}
                yield node.lineno, "".join(_text(piece) for piece in pieces)
            case ast.Constant(value=str(text)) if id(node) not in left_out:
                yield node.lineno, text


def _text(piece: ast.expr) -> str:
    return str(piece.value) if isinstance(piece, ast.Constant) else BLANK


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the strings that stand alone: what a module, a class, a value says of itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
