"""Versions as programs and engines write them, as numbers that can be compared."""


def version_of(text: str) -> tuple[int, ...]:
    """Return the numbers a version begins with: (2, 26, 1) for `v2.26.1-4`; () for none."""
    numbers: list[int] = []
    for piece in text.strip().removeprefix("v").split("."):
        digits = piece[: len(piece) - len(piece.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != piece:
            break
    return tuple(numbers)
