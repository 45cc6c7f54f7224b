"""What is wrong with a request, beyond its form."""


class BadRequestError(Exception):
    """The body asks for what cannot be done; `param` is the property that does."""

    def __init__(
        self,
        message: str,
        param: str | None = None,
        *,
        status: int = 400,
        code: str = "invalid_property",
    ) -> None:
        super().__init__(message)
        self.message, self.param = message, param
        self.status, self.code = status, code
