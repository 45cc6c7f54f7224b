"""All that is made from something else: pages, parts of README.md, the compiled templates."""

import re
from pathlib import Path

from tests.reference import tables
from tests.reference.templates import compiled

from mosaic_installer.core.settling.answers_schema import schema_text

NAMES = (
    "docs/settings.md",
    "docs/checks.md",
    "docs/errors.md",
    "docs/answers.schema.json",
    "README.md",
)
ROOT = Path(__file__).parents[2]
MADE = "<!-- Made by scripts/reference from the code; changes here are lost. -->\n\n"

SETTINGS = """# Settings

Every setting can be given in four places. The first that is given wins:

1. `--set KEY=VALUE`, or a flag such as `--tier`
2. an environment variable
3. the file named by `--answers FILE`
4. `answers.toml`, which the last run saved

What is given nowhere has its default, or is asked for at a terminal. `mosaic config show` prints
every value with its source, `mosaic config explain KEY` what one means.

A secret is never taken from the command line itself: `--set admin.password_file=PATH`, or the
variable with `_FILE`, names a file that holds it.

`mosaic install --print-answers` prints an answers file to fill in. Editors that know TOML (Taplo,
or Even Better TOML in VS Code) complete and check answers.toml: its first line names a schema that
lies beside it. For a file elsewhere, put [answers.schema.json](answers.schema.json) beside it and
begin it with `#:schema ./answers.schema.json`.

"""
CHECKS = """# Checks

`mosaic install` runs all checks before it changes anything and reports all that they find;
`mosaic doctor` runs them on an installation. A finding is an error, which ends the run with exit
code 4, a warning or a note. `--ignore CHECK` skips one check; `--verbose` shows the names. Each is
named for the statement that is true when nothing is wrong.

"""
ERRORS = """# Errors

## Exit codes

"""
IDENTIFIERS = """
## Identifiers

Stable names for what went wrong, in `mosaic install --json` and in crash reports. An identifier
may end in different exit codes, depending on where it happened.

"""


def pages() -> dict[str, str]:
    """Return every generated page by its path in the checkout."""
    errors = ERRORS + tables.exit_codes() + IDENTIFIERS + tables.identifiers()
    contents = (
        MADE + SETTINGS + tables.settings(),
        MADE + CHECKS + tables.checks(),
        MADE + errors,
        schema_text(),
        _readme((ROOT / "README.md").read_text("utf-8")),
    )
    return dict(zip(NAMES, contents, strict=True)) | compiled()


def _readme(text: str) -> str:
    text = _between(text, "settings", tables.settings_in_short())
    return _between(text, "exit codes", tables.exit_codes())


def _between(text: str, name: str, content: str) -> str:
    start, end = f"<!-- {name}: made by scripts/reference -->", f"<!-- end of {name} -->"
    found = re.search(f"{re.escape(start)}.*?{re.escape(end)}", text, re.DOTALL)
    if found is None:
        raise ValueError(f"README.md lacks the markers `{start}` and `{end}`")
    return f"{text[: found.start()]}{start}\n\n{content}\n{end}{text[found.end() :]}"
