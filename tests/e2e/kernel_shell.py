"""The way into a machine with a kernel of its own, over the network that only the tests see.

kernel_shell.py serve ADDRESS WORD…   in there: start an engine, then whatever is asked for
kernel_shell.py run SOCKET WORD…      here: run a program in there, with this one's input,
                                      environment and folder; it ends as that one ends
"""

import asyncio
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PORT = 2222
DEADLINE = 180.0
HEAD = struct.Struct("!Bl")
"""What a piece is, and how long it is; or that the program has ended, and how."""
ENDED, STDOUT, STDERR = range(3)


async def serve(address: str) -> None:
    server = await asyncio.start_server(_answer, address, PORT)
    await asyncio.to_thread(Path("/dev/tty1").write_text, "ready\n")
    await server.serve_forever()


async def _answer(reader: StreamReader, writer: StreamWriter) -> None:
    words, environment, folder = json.loads(await reader.readline())
    process = await asyncio.create_subprocess_exec(
        *words, env=environment, cwd=folder, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    feeding = asyncio.create_task(_feed(reader, process.stdin))
    try:
        told = (_tell(writer, STDOUT, process.stdout), _tell(writer, STDERR, process.stderr))
        await asyncio.gather(*told)
        writer.write(HEAD.pack(ENDED, await process.wait()))
        await writer.drain()
    except ConnectionError:  # nobody waits for it any more
        process.kill()
    finally:
        feeding.cancel()
        writer.close()


async def _feed(reader: StreamReader, stdin: StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65536):
            stdin.write(piece)
            await stdin.drain()
    stdin.close()


async def _tell(writer: StreamWriter, kind: int, said: StreamReader) -> None:
    while piece := await said.read(65536):
        writer.write(HEAD.pack(kind, len(piece)) + piece)
        await writer.drain()


def run(path: str, words: Sequence[str]) -> int:
    """Return the program's exit code; what it says comes out here."""
    with socket.socket(socket.AF_UNIX) as way:
        way.connect(path)
        way.sendall(json.dumps([words, dict(os.environ), str(Path.cwd())]).encode() + b"\n")
        threading.Thread(target=_give, args=(way,), daemon=True).start()
        answer = way.makefile("rb")
        while head := answer.read(HEAD.size):
            kind, size = HEAD.unpack(head)
            if kind == ENDED:
                return int(size)
            os.write(kind, answer.read(size))
    raise SystemExit("the machine is gone")


def _give(way: socket.socket) -> None:
    with suppress(OSError):
        while piece := os.read(0, 65536):
            way.sendall(piece)
        way.shutdown(socket.SHUT_WR)


def start(words: Sequence[str]) -> None:
    """Start the engine and wait until it says that it is ready (sd_notify(3))."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind("\0engine")
        notified.settimeout(DEADLINE)
        subprocess.Popen(words, env={**os.environ, "NOTIFY_SOCKET": "@engine"})
        assert b"READY=1" in notified.recv(4096)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", address, *words]:
            start(words)
            asyncio.run(serve(address))
        case ["run", path, *words]:
            code = run(path, words)
            sys.stdout.flush()
            os._exit(code if code >= 0 else 128 - code)
