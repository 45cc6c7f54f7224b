"""Compiles the templates to Python, so that a run of the program needs no jinja2.

What a template says that is not known here is refused, with its line; nothing is left out.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import jinja2
from jinja2 import meta, nodes

from mosaic_installer.core import rendering

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
COMPILED = Path("installer", *rendering.COMPILED.split("."))
DOCSTRING = '"""Templates as Python, made by scripts/reference."""\n'
HEAD = """\
# Made from templates/{name}.j2 by scripts/reference; changes here are lost.
# mypy: ignore-errors
from mosaic_installer.core.rendering import {imports}


def parts({names}**_others):
"""
COMPARISONS = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<="}
COMPARISONS |= {"in": "in", "notin": "not in"}


def compiled() -> dict[str, str]:
    """Return every compiled template by its path in the checkout."""
    names = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.j2"))
    modules = {str(COMPILED / "__init__.py"): DOCSTRING}
    for name in (name.removesuffix(".j2") for name in names):
        source = (TEMPLATES / f"{name}.j2").read_text("utf-8")
        modules[str(COMPILED / f"{rendering.module_of(name)}.py")] = compile_template(name, source)
    return modules


def compile_template(name: str, source: str) -> str:
    """Return the module that yields the parts of a rendered template.

    Raises ValueError for what this does not know, and for a name that means two things.
    """
    tree = environment().parse(source)
    names = sorted(meta.find_undeclared_variables(tree))
    inner = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    if inner & set(names):
        raise ValueError(f"{name}: {sorted(inner & set(names))} stand for two things")
    filters = {_function(node) for node in tree.find_all(nodes.Filter)}
    counting = {"looped" for loop in tree.find_all(nodes.For) if _counts(loop)}
    head = HEAD.format(
        name=name,
        imports=", ".join(sorted({"member"} | filters | counting)),
        names="".join(f"{known}, " for known in ("*", *names) if names),
    )
    return head + "".join(f"    {line}\n" for line in _block(tree.body))


def environment() -> jinja2.Environment:
    """Return how the templates are read."""
    found = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - configuration files, not HTML; each has its own quoting filter
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= rendering.FILTERS
    return found


def _block(body: Sequence[nodes.Node]) -> list[str]:
    return [line for node in body for line in _statement(node)] or ["pass"]


def _indented(body: Sequence[nodes.Node]) -> Iterator[str]:
    return (f"    {line}" for line in _block(body))


def _statement(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Output():
            for part in node.nodes:
                yield from _part(part)
        case nodes.If():
            yield from _choice(node)
        case nodes.For(else_=[], recursive=False):
            yield from _loop(node)
        case nodes.Macro(defaults=[]):
            yield f"def {node.name}({', '.join(argument.name for argument in node.args)}):"
            yield "    def parts():"
            yield from (f"    {line}" for line in _indented(node.body))
            yield '    return "".join(parts())'
        case nodes.Assign():
            yield f"{_value(node.target)} = {_value(node.node)}"
        case _:
            raise _unknown(node)


def _part(node: nodes.Node) -> Iterator[str]:
    if not isinstance(node, nodes.TemplateData):
        yield f"yield str({_value(node)})"
    elif node.data.count("\n") < 2:
        yield f"yield {node.data!r}"
    else:
        yield "yield ("
        yield from (f"    {line!r}" for line in node.data.splitlines(keepends=True))
        yield ")"


def _choice(node: nodes.If) -> Iterator[str]:
    for word, part in (("if", node), *(("elif", other) for other in node.elif_)):
        yield f"{word} {_value(part.test)}:"
        yield from _indented(part.body)
    if node.else_:
        yield "else:"
        yield from _indented(node.else_)


def _loop(node: nodes.For) -> Iterator[str]:
    target, values = _value(node.target), _value(node.iter)
    if node.test is not None:
        values = f"[{target} for {target} in {values} if {_value(node.test)}]"
    if _counts(node):
        target, values = f"loop, {target}", f"looped({values})"
    yield f"for {target} in {values}:"
    yield from _indented(node.body)


def _counts(node: nodes.For) -> bool:
    return any(name.name == "loop" for part in node.body for name in part.find_all(nodes.Name))


def _value(node: nodes.Node) -> str:
    match node:
        case nodes.Const():
            return repr(node.value)
        case nodes.Name():
            return node.name
        case nodes.Tuple():
            return f"({', '.join(map(_value, node.items))},)"
        case nodes.List():
            return f"[{', '.join(map(_value, node.items))}]"
        case _:
            return _reached(node)


def _reached(node: nodes.Node) -> str:
    match node:
        case nodes.Getattr():
            return f"member({_value(node.node)}, {node.attr!r})"
        case nodes.Getitem():
            return f"{_value(node.node)}[{_value(node.arg)}]"
        case nodes.Filter(node=nodes.Expr() as value, kwargs=[]):
            return f"{_function(node)}({', '.join(map(_value, [value, *node.args]))})"
        case nodes.Call(dyn_args=None, dyn_kwargs=None):
            named = [f"{pair.key}={_value(pair.value)}" for pair in node.kwargs]
            return f"{_value(node.node)}({', '.join([*map(_value, node.args), *named])})"
        case _:
            return _judged(node)


def _judged(node: nodes.Node) -> str:
    match node:
        case nodes.Compare():
            operands = (f" {COMPARISONS[part.op]} {_value(part.expr)}" for part in node.ops)
            return f"({_value(node.expr)}{''.join(operands)})"
        case nodes.BinExpr():
            return f"({_value(node.left)} {node.operator} {_value(node.right)})"
        case nodes.UnaryExpr():
            return f"({node.operator} {_value(node.node)})"
        case nodes.CondExpr():
            other = "''" if node.expr2 is None else _value(node.expr2)
            return f"({_value(node.expr1)} if {_value(node.test)} else {other})"
        case nodes.Test(name="none"):
            return f"({_value(node.node)} is None)"
        case _:
            raise _unknown(node)


def _function(node: nodes.Filter) -> str:
    if node.name not in rendering.FILTERS:
        raise _unknown(node)
    return rendering.FILTERS[node.name].__name__


def _unknown(node: nodes.Node) -> ValueError:
    return ValueError(f"line {node.lineno}: {node} is not known to tests/reference/templates.py")
