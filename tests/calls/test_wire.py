"""Answers as servers send them: with a length, in chunks, until the end, cut off, and no HTTP."""

import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from mosaic_installer.machine.wire import Answer, Garbled, Request, ask, follow

pytestmark = pytest.mark.call

PATIENCE = 60.0
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
REQUEST = Request(method="POST", target="/a?b=c", headers={"Host": "h"}, body=b"content!")


def asked(answer: bytes) -> tuple[Answer, bytes]:
    """What `ask` makes of an answer, and what it sent."""
    with sent(answer) as (ours, received):
        until = time.monotonic() + PATIENCE
        return ask(ours, REQUEST, until=until, largest=100), bytes(received)


def followed(answer: bytes, *, longest: int = 20) -> list[bytes]:
    """The lines that come of an answer."""
    with sent(answer) as (ours, _received):
        following = follow(ours, REQUEST, until=time.monotonic() + PATIENCE)
        return list(following.lines(silence=PATIENCE, longest=longest))


@contextmanager
def sent(answer: bytes) -> Iterator[tuple[socket.socket, bytearray]]:
    """A connection to what answers so, and what it was sent."""
    ours, theirs = socket.socketpair()
    received = bytearray()

    def serve() -> None:
        with theirs:
            while not received.endswith((b"\r\n\r\n", b"!")):
                received.extend(theirs.recv(4096))
            with suppress(OSError):  # who reads may have had enough
                theirs.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with ours:
            yield ours, received
    finally:
        thread.join()


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (OK + b"Content-Length: 2\r\n\r\nab and more", b"ab"),
        (OK + b"Content-Length: 0\r\n\r\n", b""),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n",
            b"ab0123456789",
        ),
        (OK + b"\r\nuntil the end", b"until the end"),
        (b"HTTP/1.0 200\nContent-Length: 1\n\nx", b"x"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5 + OK + b"\r\nx", b"x"),
    ],
)
def test_the_content_ends_where_the_server_says(answer: bytes, content: bytes) -> None:
    assert asked(answer)[0].content == content


def test_a_request_is_one_of_http() -> None:
    sent = asked(OK + b"\r\n")[1]
    assert sent == (
        b"POST /a?b=c HTTP/1.1\r\nConnection: close\r\nHost: h\r\nContent-Length: 8\r\n\r\ncontent!"
    )


def test_an_answer_without_content_is_not_waited_for() -> None:
    answer = asked(b"HTTP/1.1 204 No Content\r\nX-A: b\r\nx-a: c\r\n\r\n")[0]
    assert answer == Answer(status=204, headers={"x-a": "b"}, content=b"")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        OK,
        OK + b"Content-Le",
        OK + b"Content-Length: 9\r\n\r\nab",
        OK + b"Content-Length: x\r\n\r\nab",
        OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nab",
        OK + b"Transfer-Encoding: chunked\r\n\r\nab",
        b"x" * 100_000,
        OK + b"Content-Length: 101\r\n\r\n" + b"x" * 101,
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"\r\n" + b"x" * 101,
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"33\r\n" + b"x" * 51 + b"\r\n33\r\nx",
        OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        OK + b"X: y\r\n" * 101 + b"\r\n",
        OK + (b"X: " + b"y" * 30_000 + b"\r\n") * 3 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 6 + OK + b"\r\n",
    ],
)
def test_what_is_no_whole_answer_is_garbled(answer: bytes) -> None:
    with pytest.raises(Garbled):
        asked(answer)


@pytest.mark.parametrize("value", ["two\r\nlines", "größe €"])
def test_what_cannot_be_a_header_is_never_sent(value: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(ValueError, match=r"one line|latin-1"):
        ask(ours, Request(method="GET", target="/", headers={"Cookie": value}), until=math.inf)


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (OK + b"\r\none\r\n\ntwo\n", [b"one", b"", b"two"]),
        (OK + b"\r\none\nno line", [b"one"]),
        (OK + b"Content-Length: 5\r\n\r\na\nb\ncd\n", [b"a", b"b"]),
        (CHUNKED + b"2\r\non\r\n3\r\ne\nt\r\n3\r\nwo\n\r\n0\r\n\r\n", [b"one", b"two"]),
        (CHUNKED + b"1\r\nx\r\n" * 20 + b"1\r\n\n\r\n0\r\n\r\n", [b"x" * 20]),
        (b"HTTP/1.1 204 No Content\r\n\r\nx\n", []),
    ],
)
def test_an_answer_comes_line_by_line(answer: bytes, lines: list[bytes]) -> None:
    assert followed(answer) == lines


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"\r\n" + b"x" * 21,
        OK + b"\r\nshort\n" + b"x" * 21 + b"\nshort\n",
        OK + b"\r\n" + b"x" * 300_000,
        CHUNKED + b"1\r\nx\r\n" * 21,
        CHUNKED + b"1\r\nx\r\n",
        CHUNKED + b"9\r\nx",
        CHUNKED + b"1;" + b"x" * 70_000,
        CHUNKED + b"many\r\n",
        OK + b"Content-Length: 9\r\n\r\na\nb\n",
    ],
)
def test_a_line_too_long_or_an_end_too_early_is_garbled(answer: bytes) -> None:
    with pytest.raises(Garbled):
        followed(answer)


@pytest.mark.parametrize("drip", [b"", b"x"])
def test_a_line_that_never_ends_is_waited_for_only_so_long(drip: bytes) -> None:
    ours, theirs = socket.socketpair()
    ended = threading.Event()

    def serve() -> None:
        theirs.recv(4096)
        theirs.sendall(OK + b"\r\none\n")
        while drip and not ended.wait(0.05):
            theirs.sendall(drip)

    thread = threading.Thread(target=serve)
    thread.start()
    with ours, theirs:
        lines = follow(ours, REQUEST, until=time.monotonic() + PATIENCE).lines(silence=0.3)
        assert next(lines) == b"one"
        with pytest.raises(TimeoutError):
            next(lines)
        ended.set()
        thread.join()
