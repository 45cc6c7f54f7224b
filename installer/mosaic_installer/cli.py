"""Arguments in, exit code out: the only error boundary. Commands are imported when they run."""

import atexit
import errno
import gc
import signal
import sys
from collections.abc import Sequence

from mosaic_installer import __version__
from mosaic_installer.errors import InstallerError

BUG = 3
INTERRUPTED = 130
VERSION = "--version"
AGAIN = 0.005
"""Seconds until an interruption that was lost comes again."""
TELL_OF_OTHERS = sys.unraisablehook
"""What is done with any other exception that can be raised nowhere."""
NO_MORE_FILES = {errno.EMFILE, errno.ENFILE}
NEW_OBJECTS = 50_000
"""Between two looks for unused ones, of which a short run has hardly any: with Python's own 700,
looking is a twelfth of a run that changes nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return what the process ends with."""
    gc.set_threshold(NEW_OBJECTS)
    # Nor does the end look through what ends with the process: a sixth of such a run.
    atexit.register(gc.freeze)
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.unraisablehook = _interrupt_again
    try:
        # The command that scripts/install.sh sets up holds Ctrl-C back until here.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        return _run(words)
    except InstallerError as error:
        return _explain(error)
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        return _nobody_reads()
    except Exception as error:  # noqa: BLE001 - a bug, or no more files; where all of them end
        return _unexpected(error, words)


def _interrupt_again(lost: "sys.UnraisableHookArgs") -> None:
    """Let Ctrl-C end the program a moment later where it came while Python could raise nothing.

    Python calls a function of its own after each import, and drops what that raises: of all Ctrl-C
    in the first quarter of a second, about one in two hundred fell there, and was lost.
    """
    if lost.exc_type is not KeyboardInterrupt:
        TELL_OF_OTHERS(lost)
        return
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, AGAIN)


def _run(words: list[str]) -> int:
    if words == [VERSION]:
        return _tell_version()
    from mosaic_installer.arguments import dispatch, parse

    parsed = parse(words)
    from mosaic_installer.ui.output import prepare

    prepare()
    return dispatch(parsed)


def _tell_version() -> int:
    # Reading the arguments of every command takes longer than all else.
    from mosaic_installer.ui.output import data

    data(f"mosaic {__version__}")
    return 0


def _explain(error: InstallerError) -> int:
    from mosaic_installer.ui.output import complain

    complain(error)
    return error.exit_code


def _no_more_files() -> InstallerError:
    # Wherever that happens: a program opens files and connections everywhere, modules among them.
    return InstallerError(
        "no more files can be opened: too many are open already",
        "raise the limit (`ulimit -n 1024`), then run this again",
    )


def _unexpected(error: Exception, words: list[str]) -> int:
    if isinstance(error.__cause__, KeyboardInterrupt):
        # Python up to 3.11 makes a RuntimeError of it where a class was just being made.
        return _interrupted("interrupted")
    if isinstance(error, OSError) and error.errno in NO_MORE_FILES:
        return _explain(_no_more_files())
    return _report(error, words)


def _interrupted(told: str = "interrupted: nothing was changed") -> int:
    from mosaic_installer.ui.output import say

    say(f"\n{told}")
    return INTERRUPTED


def _nobody_reads() -> int:
    # `mosaic config show | head` is no error; but the interpreter must not flush to it either.
    from mosaic_installer.ui.output import silence

    silence(sys.stdout)
    return InstallerError.exit_code


def _report(error: Exception, words: list[str]) -> int:
    from mosaic_installer.commands.crash import report
    from mosaic_installer.ui.output import say

    path = report(error, words)
    say(f"error: this is a bug in mosaic: {type(error).__name__}")
    if path is None:
        say("\nhint: a report could be written nowhere; make room, and run it again for one")
    else:
        say(f"\nhint: a report without secrets is in `{path}`; please add it to an issue")
    return BUG
