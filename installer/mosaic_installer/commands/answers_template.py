"""`mosaic install --print-answers`: every setting as a commented answers file, on stdout."""

from pathlib import Path

from mosaic_installer.commands.opening import given_layers, open_machine, remembered_layer
from mosaic_installer.core.settling.answers_file import rows_of, template
from mosaic_installer.core.settling.interview import sketch
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.ui import output


def print_answers(pairs: tuple[str, ...], flags: dict[str, str], file: Path | None) -> int:
    """Print what is chosen so far, and everything that could be; touches nothing."""
    layers = given_layers(pairs, flags, file)
    machine = open_machine(layers)
    found = sketch([*layers, remembered_layer(machine)], probe_host(machine))
    output.data(template(rows_of(found.settled.answers)).removesuffix("\n"))
    return 0
