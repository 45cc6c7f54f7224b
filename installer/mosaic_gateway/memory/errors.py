"""What memories refuse."""

from mosaic_gateway.errors import RefusedError


class NoSuchMemoryError(RefusedError):
    """None of whoever asks has this id; whether somebody else's does is not told."""

    id = "no-such-memory"
    message = "there is no memory with this id"


class TooManyMemoriesError(RefusedError):
    """Whoever asks has as many memories as there may be."""

    id = "too-many-memories"
    message = "there are already as many memories as there may be; forget one first"
