"""The gateway's contract about usage, over HTTP."""

from typing import Any
from urllib.parse import urlencode

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.machine.usage import Amount, Line, MonthUsage
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.gateway_calls import GatewayCalls, Response, headers_of

OWN = "/api/usage"
EVERYONE = "/api/admin/usage"
WHAT = "the request about usage"


class HttpUsage:
    """`UsageApi` of the gateway that listens at `gateway.url`, for whom the credential speaks."""

    def __init__(self, gateway: Gateway, credential: Credential) -> None:
        self._calls = GatewayCalls(gateway.url)
        self._headers = headers_of(credential)

    def month(self, month: str | None, by: str, *, everyone: bool) -> MonthUsage:
        query = urlencode({"by": by} | ({"month": month} if month else {}))
        path = f"{EVERYONE if everyone else OWN}?{query}"
        response = self._calls.call("GET", path, headers=self._headers)
        if response.status != 200:
            raise self._calls.unexpected(WHAT, response)
        try:
            return _month(response.body)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._strange() from None

    def _strange(self) -> InstallerError:
        return self._calls.unexpected(WHAT, Response(status=200, body=None))


def _month(body: Any) -> MonthUsage:
    month = str(body["month"])
    return MonthUsage(
        month=month,
        by=str(body["by"]),
        total=_amount(body["total"]),
        lines=tuple(
            Line(name=row["name"], amount=_amount(row), limit=row.get("limitMicros"))
            for row in body["rows"]
        ),
        days={int(row["day"][-2:]): _amount(row) for row in body["days"]},
        limit=body.get("limitMicros"),
        document=body,
    )


def _amount(row: Any) -> Amount:
    return Amount(
        calls=int(row["calls"]),
        tokens=int(row["inputTokens"]) + int(row["outputTokens"]),
        cost=int(row["costMicros"]),
        unpriced=int(row["unpricedCalls"]),
        estimated=int(row["estimatedCalls"]),
    )
