"""How an image comes to the nodes of a Swarm that lack it, in words."""

from collections.abc import Iterable, Mapping

from mosaic_installer.core.cluster.node_names import in_order, joined, sorted_names


def words_of_lack(lacking: Mapping[str, str]) -> str:
    """Return what nodes that lack an image say of it; `lacking` is that, by their names."""
    said = sorted(lacking.items(), key=lambda pair: in_order(pair[0]))
    return "; ".join(f"{node}: {cause}" for node, cause in said)


def how_to_bring(image: str, nodes: Iterable[str]) -> str:
    """Return how to bring an image to each of these nodes."""
    first, *others = sorted_names(nodes)
    likewise = f", and in the same way to {joined(others)}" if others else ""
    return (
        f"bring it there and run this again: `docker save {image} | ssh {first} docker load`"
        f"{likewise}"
    )
