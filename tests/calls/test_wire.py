"""Answers as servers send them: with a length, in chunks, until the end, cut off, and no HTTP."""

import math
import socket
import threading
import time

import pytest

from mosaic_installer.machine.wire import Answer, Garbled, Request, ask

pytestmark = pytest.mark.call

PATIENCE = 60.0
OK = b"HTTP/1.1 200 OK\r\n"


def asked(answer: bytes) -> tuple[Answer, bytes]:
    """What `ask` makes of an answer, and what it sent."""
    ours, theirs = socket.socketpair()
    received = bytearray()

    def serve() -> None:
        with theirs:
            while not received.endswith((b"\r\n\r\n", b"!")):
                received.extend(theirs.recv(4096))
            theirs.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with ours:
            headers = {"Host": "h"}
            request = Request(method="POST", target="/a?b=c", headers=headers, body=b"content!")
            answered = ask(ours, request, until=time.monotonic() + PATIENCE, largest=100)
            return answered, bytes(received)
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
