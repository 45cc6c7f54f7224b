"""What is said where another machine of the Swarm has the installation, and so its settings."""

from mosaic_installer.errors import InstallerError


def kept_elsewhere(project: str, node: str) -> InstallerError:
    """Return the error that says which machine it is; `node` is its name."""
    return InstallerError(
        f"the services of {project} on this Swarm were installed from {node}, which has their "
        "settings",
        f"run this on {node}; if that machine is lost, shut it down: once the Swarm calls it down, "
        "this one can go on with its services",
        identifier="installed-elsewhere",
    )
