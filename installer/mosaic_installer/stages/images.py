"""The images of the containers: fetched where the engine lacks them, the gateway's own built.

With `--pull` also those are fetched of which a registry has another by now. With a registry for a
Swarm (`cluster.registry`) all are pushed there.
"""

from collections.abc import Iterator

from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.images import BuildImage, PullImages, PushImages, RefreshImages
from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.own_registry import names_in_registry
from mosaic_installer.core.containers.wanted import gateway_image, images_to_pull, services_of
from mosaic_installer.core.facts import Facts

TITLE = "Images"


def plan(facts: Facts, answers: Answers) -> Iterator[Action]:
    """Yield what has to be fetched before anything of the old is stopped."""
    missing = images_to_pull(facts, answers)
    if missing:
        yield PullImages(images=missing)
    newer = {row.name: row.digest for row in facts.around.registry_images if not row.is_here}
    if newer:
        yield RefreshImages(images=newer)
    if GATEWAY in services_of(answers) and answers.gateway.image is None:
        yield BuildImage(name=gateway_image(facts, answers), on=answers.images.python)
    pushed = {
        name: other for name, other in names_in_registry(facts, answers).items() if name != other
    }
    if pushed:
        yield PushImages(images=pushed)
