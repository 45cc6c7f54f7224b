"""Compare and swap: a Swarm takes a change only of the version that was read last."""

from collections.abc import Callable
from typing import Any

from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.specs import Spec

ATTEMPTS = 5
"""How often something is read anew and changed again, where somebody changed it in between."""
OUTDATED = "update out of sequence"


def swap(read: Callable[[], Document], write: Callable[[Document], object]) -> None:
    """Read and write what is changed, again where somebody else was faster.

    Raises the SDK's `APIError` where the engine refuses for another reason, or every time.
    """
    from docker.errors import APIError

    for left in reversed(range(ATTEMPTS)):
        row = read()
        try:
            write(row)
        except APIError as error:
            if left and OUTDATED in str(error):
                continue
            raise
        return


def swap_service(api: Any, identifier: str, change: Callable[[Spec], Spec]) -> None:
    """Change what a service is; `api` is the SDK's, whose stubs know little of a Swarm."""

    def write(row: Document) -> None:
        spec = change(row["Spec"])
        api.update_service(
            identifier,
            row["Version"]["Index"],
            task_template=spec["TaskTemplate"],
            name=spec["Name"],
            labels=spec["Labels"],
            mode=spec["Mode"],
            update_config=spec.get("UpdateConfig"),
            endpoint_spec=spec.get("EndpointSpec"),
        )

    swap(lambda: api.inspect_service(identifier), write)
