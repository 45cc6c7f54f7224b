"""The compiled templates are the templates, and say what jinja2 would."""

from typing import Any

import pytest
from tests.reference.templates import COMPILED, ROOT, compile_template, compiled, environment

pytestmark = pytest.mark.unit


def test_the_compiled_templates_are_up_to_date() -> None:
    paths = (ROOT / COMPILED).glob("*.py")
    stored = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}
    assert stored == compiled(), "they differ from templates/: run `scripts/reference`"


@pytest.mark.parametrize(
    ("template", "values", "rendered"),
    [
        ("{{ a.b }}{{ a['b'] }}\n", {"a": {"b": 1}}, "11\n"),
        ("{% for x in a if x %}{{ x }}{{ ',' if not loop.last }}{% endfor %}", {"a": "pq"}, "p,q"),
        ("{% for x, y in a.items() %}{{ x }}{{ y }}{% endfor %}", {"a": {1: 2, 3: 4}}, "1234"),
        ("{% macro m(x) %}{{ x }}{{ y }}{% endmacro %}{{ m(1) }}{{ m(2) }}", {"y": "z"}, "1z2z"),
        ("{% if a is none %}1{% elif a in [2, 3] and not b %}2{% endif %}", {"a": 3, "b": 0}, "2"),
        ("{% if a %}1{% else %}\n  2\n  3\n{% endif %}", {"a": ""}, "  2\n  3\n"),
        ("{% set c = a | json %}{{ c }}{{ -b + 1 }}", {"a": "x", "b": 2}, '"x"-1'),
    ],
)
def test_a_compiled_template_says_what_jinja_would(
    template: str, values: dict[str, object], rendered: str
) -> None:
    module: dict[str, Any] = {}
    exec(compile_template("a", template), module)  # noqa: S102 - what the compiler made itself
    assert "".join(module["parts"](**values)) == rendered
    assert environment().from_string(template).render(**values) == rendered


@pytest.mark.parametrize(
    "template",
    [
        "{% include 'x' %}",
        "{{ a | upper }}",
        "{{ a is divisibleby 3 }}",
        "{% for a in b recursive %}{% endfor %}",
        "{% for a in b %}{% endfor %}{{ a }}",
    ],
)
def test_what_the_compiler_does_not_know_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"not known|two things"):
        compile_template("a", template)
