"""A line that is typed at a terminal: whole, or asked for again."""

from collections.abc import Callable

from mosaic_installer.ui import output

LONGEST = 4094
"""Bytes. Linux keeps so much of a line that is typed or pasted, and drops the rest of it without a
word (N_TTY_BUF_SIZE in its drivers/tty/n_tty.c, less the end of the line)."""


def typed_line(read: Callable[[str], str], prompt: str, otherwise: str) -> str:
    """Return what `read` gives for the prompt; refuse a line that may have been cut off.

    `otherwise` says how a longer text can be given. Raises what `read` raises, unless the line is
    no text, which is refused, too.
    """
    while True:
        try:
            line = read(prompt)
        except UnicodeDecodeError:
            output.say("error: this is not text in the encoding of your terminal; type it again")
            continue
        if len(line.encode(errors="surrogateescape")) <= LONGEST:
            return line
        told = f"the terminal has probably cut this off, as it takes {LONGEST} bytes in a line"
        output.say(f"error: {told}; {otherwise}")
