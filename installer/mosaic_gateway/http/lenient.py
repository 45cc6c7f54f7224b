"""What the bodies of `/v1` have in common, whichever language they are in."""

from pydantic import BaseModel, ConfigDict

PICTURE_SCHEMES = ("https://", "http://", "data:image/")
"""How the address of a picture begins, or the picture itself."""


class Lenient(BaseModel):
    """A body of a client that is not ours, or a part of one: what we do not know is passed over."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


def type_of(value: object) -> object:
    """What a part says it is; None where it does not."""
    return value.get("type") if isinstance(value, dict) else None
