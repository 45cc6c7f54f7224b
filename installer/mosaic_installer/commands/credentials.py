"""The person's e-mail and password, from wherever they were given; never from the arguments."""

from pathlib import Path

from mosaic_installer.commands.opening import answers_layer, given_layers
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.questionnaire.kinds import parse_password
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.environment import read_standard_input, read_text
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.ui.terminal import is_interactive

EMAIL = CATALOGUE["admin.email"]
PASSWORD = CATALOGUE["admin.password"]
HINT = f"give `--password-file FILE` (`-` is stdin), or set {PASSWORD.variable} or its _FILE twin"


def find_email(machine: LocalMachine, given: str | None) -> str | None:
    """Return the e-mail address: given, from the environment, or remembered."""
    if given is not None:
        return given
    for layer in (*given_layers(), answers_layer(machine)):
        if EMAIL.key in layer.values:
            return layer.values[EMAIL.key].text
    return None


def need_email(machine: LocalMachine, given: str | None) -> str:
    """Return the e-mail address, asked for at a terminal; raises `AnswersError` without one."""
    email = find_email(machine, given)
    if email is None and is_interactive():
        from mosaic_installer.ui.opening import open_conversation
        from mosaic_installer.ui.questions import ask_setting

        email = ask_setting(open_conversation(), EMAIL)
    if email is None:
        raise AnswersError(
            "the administrator's e-mail is not known",
            f"give `--email ADDRESS`, or set {EMAIL.variable}",
        )
    return _parsed_email(email)


def find_password(file: Path | None) -> Secret | None:
    """Return the password: from a file (`-` is stdin), or from the environment."""
    if file is not None:
        return _parsed(_first_line(file))
    for layer in given_layers():
        if layer.problems:
            raise AnswersError(layer.problems[0], HINT)
        if PASSWORD.key in layer.values:
            return _parsed(layer.values[PASSWORD.key].text)
    return None


def need_password(file: Path | None, *, is_new: bool) -> Secret:
    """Return the password, asked for at a terminal (twice when it `is_new`)."""
    password = find_password(file)
    if password is None and is_interactive():
        from mosaic_installer.ui.opening import open_conversation
        from mosaic_installer.ui.questions import ask_known_secret, ask_secret

        ask = ask_secret if is_new else ask_known_secret
        password = _parsed(ask(open_conversation(), PASSWORD))
    if password is None:
        raise AnswersError("the administrator's password is not given", HINT)
    return password


def read_secret(file: Path | None, what: str, hint: str) -> Secret:
    """Return a secret that exists: from a file (`-` is stdin), or asked for at a terminal."""
    if file is not None:
        return Secret(_first_line(file, what.lower(), hint).strip())
    if not is_interactive():
        raise AnswersError(f"the {what.lower()} is not given", hint)
    from mosaic_installer.ui.opening import open_conversation

    return Secret(open_conversation().secret(f"{what}:", lambda text: bool(text.strip())).strip())


def read_password(file: Path | None) -> Secret:
    """Return a new password of somebody else than the administrator, asked for twice."""
    if file is not None:
        return _parsed(_first_line(file))
    if not is_interactive():
        raise AnswersError(
            "the password is not given", "give `--password-file FILE` (`-` is stdin)"
        )
    from mosaic_installer.ui.opening import open_conversation
    from mosaic_installer.ui.questions import ask_secret

    return _parsed(ask_secret(open_conversation(), replace(PASSWORD, prompt="Your new password")))


def _first_line(file: Path, what: str = "password", hint: str = HINT) -> str:
    try:
        text = read_standard_input() if str(file) == "-" else read_text(file)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise AnswersError(f"cannot read the {what} file `{file}`: {reason}", hint) from None
    return text.partition("\n")[0].removesuffix("\r")


def _parsed(text: str) -> Secret:
    try:
        return parse_password(text)
    except ValueError as problem:
        raise AnswersError(f"the password: {problem}", HINT) from None


def _parsed_email(text: str) -> str:
    try:
        return str(EMAIL.kind.parse(text))
    except ValueError as problem:
        raise AnswersError(
            f"`{text}`: {problem}", f"give `--email`, or set {EMAIL.variable}"
        ) from None
