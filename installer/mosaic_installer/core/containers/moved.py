"""What a move of data to another node of a Swarm leaves as marks: in volumes, and on nodes."""

MOVED = ".mosaic-moved"
"""A folder in a volume whose data was moved to another node: the old data, and `where` it went."""
COPY = ".mosaic-copy"
"""A file in a volume that data is copied into, until a service may begin with it."""
NO_COPY = (
    f'[ ! -e "$0/{MOVED}" ] || {{ '
    "echo 'error: the volume on this node has old data only: that of this service was moved to' "
    f'"$(cat "$0/{MOVED}/where")" >&2; exit 1; }}; '
    f'[ ! -e "$0/{COPY}" ] || {{ '
    "echo 'error: the volume on this node is a copy that nothing has begun with: run `mosaic "
    "install`, which ends the move' >&2; exit 1; }; "
)
"""Nothing begins with the old data of a service that was moved, nor with a part of its new."""
IF_COPY = (
    f'[ -e "$0/{COPY}" ] || {{ '
    "echo 'error: the copy is not in the volume any more' >&2; exit 1; }; "
)
"""What only tries whether a server can use a copy begins with nothing else."""
TO, FROM, LEFT = "to", "from", "left"
"""What the label of a move says of a node: data is copied there, leaves it, has left it."""


def move_label(project: str, service: str) -> str:
    """Return the label of nodes that says what a move of a service has made of each."""
    return f"org.mosaicstack.move.{project}.{service}"
