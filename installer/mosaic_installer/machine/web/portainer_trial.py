"""Try the Portainer that these answers name with real calls."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.vault import Vault
from mosaic_installer.core.portainer.look import PortainerSeen, look
from mosaic_installer.core.portainer.server import KEY, Portainer
from mosaic_installer.core.runtime import is_on_swarm
from mosaic_installer.machine.web.calls import send

SECONDS = 5.0
"""The longest that each answer is waited for: whoever installs waits for it."""


def portainer_seen(answers: Answers, engine: Engine | None, vault: Vault) -> PortainerSeen | None:
    """Return what came of it; None where there is nothing to try."""
    cluster = answers.cluster
    swarm = engine.swarm.cluster if engine is not None else ""
    if not cluster.portainer_url or not swarm or not is_on_swarm(answers):
        return None
    if cluster.portainer_key is None:
        return PortainerSeen(
            result="refused",
            message="Portainer lets nobody in without an API key",
            hint="make one there (My account, Access tokens), and give it as "
            "MOSAIC_PORTAINER_KEY_FILE, or typed in `mosaic configure`",
        )
    portainer = Portainer(url=cluster.portainer_url, key=cluster.portainer_key)
    trial = look(portainer, swarm, cluster.portainer_environment)
    call = next(trial)
    while True:
        try:
            call = trial.send(send(call, SECONDS))
        except StopIteration as over:
            is_kept = vault.on_file(KEY) == cluster.portainer_key
            seen: PortainerSeen = over.value
            return replace(seen, is_new=not is_kept)
