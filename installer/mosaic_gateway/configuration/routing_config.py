"""The rules of `mosaic.config.json` that say which models answer which kind of task."""

from collections.abc import Mapping
from pathlib import Path

from mosaic_gateway.configuration.config_section import read_document

Rules = Mapping[str, tuple[tuple[str, str], ...]]
"""For each kind of task, providers with a model of theirs, the best first."""


def read_rules(file: Path) -> Rules:
    """Read the section `routing`; raises SettingsError naming what is wrong and where.

    Tasks and providers that this version does not know stay in it, and decide nothing.
    """
    return {
        rule.text("task"): tuple(
            (choice.text("provider"), choice.text("model")) for choice in rule.sections("use")
        )
        for rule in read_document(file).sections("routing")
    }
