"""Providers of identities: the issuer they call themselves, and whether they know the client."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.calls.trying import sign_on, verdict_on
from tests.standins.identities import Identities
from tests.standins.server import StandIn

from mosaic_installer.core.connections.verdict import Verdict

pytestmark = pytest.mark.call

PATHS = {"authentik": "/application/o/mosaic", "keycloak": "/realms/m", "workos": ""}
CALLBACK = "http://localhost:14242/api/auth/oauth2/callback/authentik"


@contextmanager
def provider(name: Any, **changes: Any) -> Iterator[tuple[str, StandIn]]:
    """Give the issuer of such a provider, and the server behind it."""
    identities = Identities(name=name, path=PATHS[name], **changes)
    with StandIn(identities) as service:
        issuer = service.url + identities.path
        identities.issuer = identities.issuer or issuer
        identities.tokens = identities.tokens or f"{issuer}/token"
        yield issuer, service


def tried(name: str, **changes: Any) -> Verdict:
    with provider(name, **changes) as (issuer, _service):
        return verdict_on(sign_on(issuer, name))


def test_an_issuer_publishes_what_it_is_called() -> None:
    with provider("keycloak") as (issuer, service):
        other = verdict_on(sign_on(f"{issuer}/"))
        elsewhere = verdict_on(sign_on(service.url))
        assert [asked.method for asked in service.asked] == ["GET", "GET"]
    assert other.result == elsewhere.result == "unexpected"
    assert f"calls itself `{issuer}`" in other.message
    assert "sign_on.keycloak_issuer" in other.hint


@pytest.mark.parametrize("name", PATHS)
def test_a_client_that_is_known_is_accepted(name: str) -> None:
    verdict = tried(name)
    assert (verdict.result, verdict.message) == ("accepted", "it answers, and knows the client")


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("changes", [{"secret": "another"}, {"client": "another"}])
def test_a_wrong_client_is_refused(name: str, changes: dict[str, str]) -> None:
    verdict = tried(name, **changes)
    assert verdict.result == "refused"
    assert f"sign_on.{name}_client_secret" in verdict.hint


def test_authentik_tells_an_address_that_is_not_registered_from_a_wrong_secret() -> None:
    registered = tried("authentik", callback=CALLBACK)
    verdict = tried("authentik", callback="https://mosaic.example.org/elsewhere")
    assert registered.result == "accepted"
    assert verdict.result == "unexpected"
    assert verdict.message == f"Authentik knows the client, but not `{CALLBACK}`"
    both = tried("authentik", callback="https://mosaic.example.org/elsewhere", secret="another")
    assert both.result == "refused"


def test_one_issuer_for_all_applications_of_authentik_is_its_own() -> None:
    identities = Identities(name="authentik", path=PATHS["authentik"])
    with StandIn(identities) as service:
        issuer = service.url + identities.path
        identities.issuer, identities.tokens = f"{service.url}/", f"{issuer}/token"
        assert verdict_on(sign_on(issuer, "authentik")).result == "accepted"
        assert verdict_on(sign_on(issuer, "keycloak")).result == "unexpected"


@pytest.mark.parametrize(
    ("name", "methods", "is_in_body"),
    [
        ("keycloak", ("client_secret_post", "client_secret_basic"), True),
        ("keycloak", ("client_secret_basic",), False),
        ("workos", ("client_secret_post",), True),
    ],
)
def test_the_secret_goes_where_the_provider_takes_it(
    name: str, methods: tuple[str, ...], *, is_in_body: bool
) -> None:
    with provider(name, methods=methods, secret="with:colon&+") as (issuer, service):
        verdict = verdict_on(sign_on(issuer, name, secret="with:colon&+"))
    assert verdict.message == "it answers, and knows the client"
    assert ("client_secret" in service.asked[-1].body) == is_in_body


def test_a_secret_is_not_sent_to_another_host() -> None:
    with StandIn(Identities(name="keycloak")) as elsewhere:
        verdict = tried("keycloak", tokens=f"{elsewhere.url}/token")
        assert elsewhere.asked == []
    assert (verdict.result, "another host" in verdict.message) == ("accepted", True)


def test_the_address_of_workos_is_named_where_another_was_given() -> None:
    with provider("workos") as (_issuer, service):
        verdict = verdict_on(sign_on(f"{service.url}/sso", "workos"))
    assert verdict.result == "unexpected"
    assert "https://<subdomain>.authkit.app" in verdict.hint
