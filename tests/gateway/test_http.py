import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gateway.process import ADMIN, PAGE, PASSWORD, error_id

pytestmark = pytest.mark.gateway

JSON = {"Content-Type": "application/json"}
SETUP = "/api/bootstrap/setup"
BODIES = (SETUP, "/api/auth/sign-in/email", "/api/admin/tokens")

_texts = st.text(max_size=40) | st.sampled_from(["a@b", PASSWORD, "\ud800", "\x00", "x" * 300])
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | _texts
_values = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3)
)
_keys = st.sampled_from(["name", "email", "password", "label", "expiresInDays"]) | _texts


@pytest.mark.parametrize(
    ("method", "path", "status", "expected"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/api/nothing", 404, "not-found"),
        ("DELETE", "/health", 405, "method-not-allowed"),
        ("GET", SETUP, 405, "method-not-allowed"),
    ],
)
def test_errors_have_one_shape(
    anyone: httpx.Client, method: str, path: str, status: int, expected: str
) -> None:
    answer = anyone.request(method, path)
    assert (answer.status_code, error_id(answer)) == (status, expected)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff", b"[" * 20_000, b"1" * 5_000]
)
def test_bodies_that_are_not_the_object_are_400(anyone: httpx.Client, body: bytes) -> None:
    answer = anyone.post(SETUP, content=body, headers=JSON)
    assert answer.status_code == 400
    assert error_id(answer) in {"invalid-body", "bad-request"}


def test_only_json_is_read(anyone: httpx.Client) -> None:
    answer = anyone.post(SETUP, data={"name": "Ada", "password": PASSWORD})
    assert answer.status_code == 400
    assert PASSWORD not in answer.text


def test_large_bodies_are_refused_with_and_without_a_length(anyone: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 8192

    with_length = anyone.post(SETUP, content=b" " * (64 * 1024 + 1), headers=JSON)
    assert (with_length.status_code, error_id(with_length)) == (413, "body-too-large")
    without = anyone.post(SETUP, content=pieces(), headers=JSON)
    assert (without.status_code, error_id(without)) == (413, "body-too-large")
    padding = b" " * (64 * 1024 - 2)
    assert anyone.post(SETUP, content=padding + b"{}", headers=JSON).status_code == 400


@pytest.mark.parametrize("path", ["/api/bootstrap/status", "/api/nothing", "/api/admin/tokens"])
def test_answers_of_the_api_are_not_cached_or_sniffed(anyone: httpx.Client, path: str) -> None:
    headers = anyone.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_cross_origin_requests_are_for_configured_origins(anyone: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Origin": PAGE}
    allowed = anyone.options(SETUP, headers=asked)
    assert allowed.headers["access-control-allow-origin"] == PAGE
    assert allowed.headers["access-control-allow-credentials"] == "true"
    refused = anyone.options(SETUP, headers={**asked, "Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in refused.headers


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(BODIES), body=st.dictionaries(_keys, _values, max_size=4) | _values)
def test_no_json_is_too_strange(admin: httpx.Client, path: str, body: object) -> None:
    answer = admin.post(path, content=_dumps(body), headers=JSON)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        error_id(answer)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(BODIES), body=st.binary(max_size=200))
def test_no_bytes_are_too_strange(admin: httpx.Client, path: str, body: bytes) -> None:
    assert 400 <= admin.post(path, content=body, headers=JSON).status_code < 500


@pytest.mark.parametrize("field", ["name", "email", "password"])
def test_lone_surrogates_are_refused(anyone: httpx.Client, field: str) -> None:
    text = "\ud800@example.org password"
    answer = anyone.post(SETUP, content=_dumps({**ADMIN, field: text}), headers=JSON)
    assert answer.status_code == 400


def _dumps(body: object) -> bytes:
    return json.dumps(body).encode()
