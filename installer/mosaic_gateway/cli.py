"""Arguments in, exit code out; the only place that catches errors and the only one that prints.

Exit codes: 0 done, 1 an expected failure explained in two lines, 2 wrong usage, 3 a bug.
"""

import atexit
import gc
import os
import sys
import traceback
from collections.abc import Sequence

from mosaic_gateway.arguments import parse_arguments
from mosaic_gateway.errors import GatewayError, RefusedError

PRIVATE = 0o077
AT_START = 1_000_000
"""New objects between two looks for unused ones: imports make a sixth of that and leave none
unused, and looking through them all thrice, with 50 000, is a tenth of a start."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code of the process."""
    gc.set_threshold(AT_START)
    # Nor does the end look through what ends with the process, which is a quarter of a command.
    atexit.register(gc.freeze)
    # Everything we create is the gateway's alone, whoever starts us.
    os.umask(PRIVATE)
    options = parse_arguments(arguments)
    try:
        from mosaic_gateway.operation.commands import run

        output = run(options)
    except GatewayError as error:
        return _fail(error.message, error.hint)
    except RefusedError as error:
        return _fail(error.message, "see `mosaic-gateway admin list` for who and what there is")
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - the boundary: anything else is a bug
        traceback.print_exc()
        return 3
    if output:
        sys.stdout.write(output + "\n")
    return 0


def _fail(message: str, hint: str) -> int:
    sys.stderr.write(f"error: {message}\n\nhint: {hint}\n")
    return 1
