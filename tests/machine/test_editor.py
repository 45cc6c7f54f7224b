"""The person's own editor: what is said of one that is not there, fails, or leaves no text."""

from pathlib import Path

import pytest

from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.editor import edited

pytestmark = pytest.mark.call

ANSWERS = Path("/nowhere/answers.toml")


@pytest.fixture(autouse=True)
def no_visual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)


def test_an_editor_gets_a_copy_and_its_own_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", """sh -c 'printf "more\\n" >>"$0"'""")
    assert edited("text\n", ANSWERS) == "text\nmore\n"


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("/nowhere/editor -w", "the editor `{}` cannot be started: No such file or directory"),
        ("/etc/passwd", "the editor `{}` cannot be started: Permission denied"),
        ("vi 'x", "the editor `{}` has a quotation mark too few or too many"),
        ("sh -c 'exit 3'", "the editor `{}` ended with status 3"),
        ("sh -c 'kill -9 $$'", "the editor `{}` was ended by signal 9"),
        ("""rm""", "what the editor `{}` left cannot be read: No such file or directory"),
        ("""sh -c 'printf "\\377" >"$0"'""", "what the editor `{}` left is not UTF-8 text"),
    ],
)
def test_an_editor_that_fails_is_named_with_how(
    editor: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", editor)
    with pytest.raises(InstallerError) as failed:
        edited("", ANSWERS)
    assert failed.value.message == said.format(editor)
    assert "VISUAL or EDITOR" in failed.value.hint
    assert "nothing was changed" in failed.value.hint
