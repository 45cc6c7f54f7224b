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

You can give a setting in four places; the first that has it wins:

1. `--set KEY=VALUE`, or a flag such as `--tier`
2. an environment variable
3. the file named by `--answers FILE`
4. `answers.toml`, which the last run saved

A setting that you give nowhere has its default, or is asked for at a terminal. `mosaic config show`
prints every value and where it came from; `mosaic config explain KEY` explains one setting.

Secrets are never accepted on the command line. Name a file that holds the secret instead: with
`--set admin.password_file=PATH`, or in the variable that ends in `_FILE`.

`mosaic install --print-answers` prints an answers file to fill in. Editors that know TOML (Taplo,
or Even Better TOML in VS Code) complete and check answers.toml, because its first line names the
schema beside it. To have that for a file elsewhere, put [answers.schema.json](answers.schema.json)
beside it and make `#:schema ./answers.schema.json` its first line.

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

Stable names for what went wrong: `id` in `mosaic install --json` and `mosaic uninstall --json`, of
the step that failed and in the last line, and in crash reports. An identifier may end in different
exit codes, depending on where it happened.

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
