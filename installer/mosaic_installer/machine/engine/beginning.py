"""Ask an engine beside other work what will be asked anyhow.

It imports little: an engine that is asked before everything else is imported has answered then.
"""

from mosaic_installer.core.containers.labels import STACK
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.machine.engine import questions
from mosaic_installer.machine.engine.compose_command import begin_to_find_compose
from mosaic_installer.machine.engine.look import Look, of_a_swarm, of_any_installation


def begin_probe(meta: Meta | None, layout: Layout, look: Look) -> None:
    """Send what a probe asks, where containers are installed; the look has the answers."""
    if meta is None or not meta.services:
        return
    if meta.runtime == "swarm":
        look.begin(*of_a_swarm(meta.project or layout.project))
        look.begin(questions.containers(STACK), questions.NODES)
    else:
        begin_to_find_compose()
    look.begin(*of_any_installation())
