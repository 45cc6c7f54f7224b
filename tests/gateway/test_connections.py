"""Connections as programs hold them: kept alive, silent, half-said, many."""

import http.client
import json
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psutil
import pytest
from tests.gateway.conftest import SetUpGateway
from tests.gateway.process import DEADLINE, Home, client_of, error_id

pytestmark = pytest.mark.gateway

# What the kernel of the other end waits before it acknowledges a packet that it has not answered.
DELAYED_ACKNOWLEDGEMENT = 0.040


def test_an_answer_on_a_kept_connection_does_not_wait_for_an_acknowledgement(
    gateway: SetUpGateway,
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.home.port, timeout=DEADLINE)
    # Not the first ones, which are acknowledged at once; of the rest the quickest, because a busy
    # machine delays some of them, and the missing option delays each.
    assert min([_seconds(connection) for _ in range(30)][10:]) < DELAYED_ACKNOWLEDGEMENT / 2
    connection.close()


def _seconds(connection: http.client.HTTPConnection) -> float:
    start = time.perf_counter()
    connection.request("GET", "/health")
    connection.getresponse().read()
    return time.perf_counter() - start


POST = b"POST /api/bootstrap/setup HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
LONGEST_HEAD, LONGEST_BODY = 10, 20
SILENT = 1100
FEW = 400
LITTLE = 50_000


def test_whoever_keeps_us_waiting_is_cut_off(gateway: SetUpGateway) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        # A body byte by byte beside all others, because it takes as long as they do.
        dripping = pool.submit(_drips_until_cut_off, gateway.home)
        silent, half_a_head, answered, half_a_body = (
            stack.enter_context(_connected(gateway.home)) for _ in range(4)
        )
        start = time.monotonic()
        half_a_head.sendall(b"GET /health HT")
        half_a_body.sendall(POST + b"Content-Length: 1000\r\n\r\n{")
        answered.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b'"ok"' in _answer_on(answered)
        answered.sendall(b"GET")
        for connection, seconds in (
            (silent, LONGEST_HEAD),
            (half_a_head, LONGEST_HEAD),
            (answered, LONGEST_HEAD),
            (half_a_body, LONGEST_BODY),
        ):
            connection.settimeout(DEADLINE)
            assert _is_cut_off(connection)
            assert time.monotonic() - start > seconds - 1, "everybody has some time"
        dripping.result()
    assert _health_of(gateway.home) == 200
    assert "Traceback" not in gateway.home.log()


def _drips_until_cut_off(home: Home) -> None:
    with _connected(home) as connection:
        connection.sendall(POST + b"Content-Length: 1000\r\n\r\n")
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):
            _drip(connection, seconds=2 * LONGEST_BODY)


def test_silent_connections_stop_nobody(home: Home) -> None:
    with _soft_limit(1024):
        home.start()
    with _soft_limit(4 * SILENT), ExitStack() as stack:
        for _ in range(SILENT):
            stack.enter_context(_connected(home))
        assert _health_of(home) == 200
    assert "Traceback" not in home.log()
    assert len(home.log()) < LITTLE


def test_where_few_files_may_be_open_the_silent_make_room(home: Home) -> None:
    home.within = ("sh", "-c", 'ulimit -n 256 && exec "$@"', "sh")
    home.start()
    with _soft_limit(4 * FEW), ExitStack() as stack:
        for _ in range(FEW):
            stack.enter_context(_connected(home))
        assert _health_of(home) == 200
        assert home.process is not None
        assert psutil.Process(home.process.pid).num_fds() <= 256
    assert "Traceback" not in home.log()
    assert len(home.log()) < LITTLE


def test_whoever_goes_in_the_middle_of_a_body_leaves_no_trace(fresh: Home) -> None:
    before = fresh.log()
    for _ in range(20):
        with _connected(fresh) as connection:
            connection.sendall(POST + b"Content-Length: 1000\r\n\r\n{")
    assert _health_of(fresh) == 200
    assert fresh.log() == before


@pytest.mark.parametrize("said", [b"\x16\x03\x01\x02\x00", b"GET / HTTP", b"GET /\r\nno colon"])
def test_what_is_not_http_is_answered_in_our_shape_and_not_logged(fresh: Home, said: bytes) -> None:
    before = fresh.log()
    with _connected(fresh) as connection:
        connection.sendall(said + b"\r\n\r\n")
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 400
        assert json.loads(answer.read())["error"]["id"] == "bad-request"
    assert fresh.log() == before


def test_nonsense_behind_a_request_is_not_logged(fresh: Home) -> None:
    before = fresh.log()
    with _connected(fresh) as connection:
        connection.sendall(b"GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n\x00\x01\r\n\r\n")
        while connection.recv(10_000):
            pass
    assert fresh.log() == before


def test_a_body_in_one_byte_packets_takes_no_more_memory_than_the_body(fresh: Home) -> None:
    assert fresh.process is not None
    process = psutil.Process(fresh.process.pid)
    _health_of(fresh)
    before = process.memory_info().rss
    with _connected(fresh) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(POST + b"Content-Length: 60001\r\n\r\n")
        for _ in range(60_000):
            connection.sendall(b" ")
        assert process.memory_info().rss - before < 5_000_000


def test_readiness_asks_once_for_all(gateway: SetUpGateway) -> None:
    assert gateway.home.process is not None
    process = psutil.Process(gateway.home.process.pid)
    before = process.num_threads()
    with ExitStack() as stack:
        connections = [stack.enter_context(_connected(gateway.home)) for _ in range(200)]
        for connection in connections:
            connection.sendall(b"GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n")
        for connection in connections:
            assert connection.recv(10_000).startswith(b"HTTP/1.1 200")
        assert process.num_threads() <= before + 4


def test_a_path_with_a_slash_too_many_leads_nowhere(gateway: SetUpGateway) -> None:
    with client_of(gateway.home) as client:
        answer = client.get("/health/", headers={"Host": "evil.example"})
    assert (answer.status_code, error_id(answer)) == (404, "not-found")


def test_a_refused_preflight_has_the_shape_of_all_errors(gateway: SetUpGateway) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Origin": "http://evil.example"}
    with client_of(gateway.home) as client:
        answer = client.options("/api/bootstrap/setup", headers=asked)
    assert (answer.status_code, error_id(answer)) == (400, "cors-refused")


@contextmanager
def _connected(home: Home) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", home.port), timeout=DEADLINE) as connection:
        yield connection


@contextmanager
def _soft_limit(files: int) -> Iterator[None]:
    """So many files may be open, here and in what is started meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _health_of(home: Home) -> int:
    with client_of(home) as client:
        return client.get("/health").status_code


def _answer_on(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"}"):
        answer += connection.recv(10_000)
    return answer


def _drip(connection: socket.socket, *, seconds: int) -> None:
    for _ in range(2 * seconds):
        connection.sendall(b" ")
        time.sleep(0.5)


def _is_cut_off(connection: socket.socket) -> bool:
    try:
        return connection.recv(10_000) == b""
    except ConnectionResetError:
        return True
