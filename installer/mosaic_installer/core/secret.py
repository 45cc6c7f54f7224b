"""A secret value: it cannot print itself, and it cannot travel by accident."""

import hmac

REDACTED = "«secret»"


class Secret:
    """A text that shows as `«secret»` wherever it is printed, formatted or logged."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text itself: for the wire, an owner file, or the person's own terminal."""
        return self._value

    def __repr__(self) -> str:
        return REDACTED

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return REDACTED

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled or copied into files")


def scrub(text: str, secrets: list[Secret]) -> str:
    """Return `text` with every one of `secrets` replaced: the last line of defence of a report."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= 4:
            text = text.replace(secret.reveal(), REDACTED)
    return text
