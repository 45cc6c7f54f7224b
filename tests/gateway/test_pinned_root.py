"""A pinned root is all that is trusted: not what a false authority sends along behind it."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from mosaic_gateway.configuration.tier_config import CertificateAuthority
from mosaic_gateway.errors import AuthorityError
from mosaic_gateway.operation.authority import Authority

pytestmark = pytest.mark.gateway

LOOPBACK = "127.0.0.1"


def test_what_stands_behind_the_pinned_root_is_not_trusted() -> None:
    pinned, false = _padded(), trustme.CA()
    sent = _pem(pinned) + _pem(false)
    with _step_ca(sent, issuer=false) as port, pytest.raises(AuthorityError, match="not the one"):
        Authority(CertificateAuthority(LOOPBACK, port, _fingerprint(pinned))).check()


def test_the_pinned_root_is_trusted_whatever_stands_behind_it() -> None:
    pinned = _padded()
    with _step_ca(_pem(pinned) + _pem(trustme.CA()), issuer=pinned) as port:
        Authority(CertificateAuthority(LOOPBACK, port, _fingerprint(pinned))).check()


def _padded() -> trustme.CA:
    """An authority whose certificate ends in padding, behind which decoding stops."""
    while True:
        authority = trustme.CA()
        if len(ssl.PEM_cert_to_DER_cert(_pem(authority))) % 3:
            return authority


def _pem(authority: trustme.CA) -> str:
    return authority.cert_pem.bytes().decode()


def _fingerprint(authority: trustme.CA) -> str:
    return sha256(ssl.PEM_cert_to_DER_cert(_pem(authority))).hexdigest()


@contextmanager
def _step_ca(root: str, issuer: trustme.CA) -> Iterator[int]:
    """Answers as step-ca does, over TLS with a certificate that `issuer` vouches for."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = {"ca": root} if self.path.startswith("/root/") else {"status": "ok"}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((LOOPBACK, 0), Answers) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.issue_cert(LOOPBACK).configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
