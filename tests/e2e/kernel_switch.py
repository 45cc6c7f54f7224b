"""The switch between machines with kernels of their own: a network that nobody else sees.

kernel_switch.py FOLDER COUNT

Whatever connects to FOLDER/1/run/engine reaches the engine of the first machine, and with
FOLDER/1/run/shell one runs programs there. Ends with stdin, and all machines in its namespace do.
"""

import asyncio
import os
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from functools import partial

PORTS = {"engine": 2375, "shell": 2222}
HELD: set[asyncio.Task[None] | None] = set()


async def main(folder: str, count: int) -> None:
    _ip("link", "add", "swarm0", "type", "bridge")
    _ip("address", "add", "10.99.0.254/24", "dev", "swarm0")
    _ip("link", "set", "swarm0", "up")
    for number in range(1, count + 1):
        _ip("tuntap", "add", f"port{number}", "mode", "tap")
        _ip("link", "set", f"port{number}", "master", "swarm0", "up")
        for name, port in PORTS.items():
            relay = partial(_relay, f"10.99.0.{number}", port)
            await asyncio.start_unix_server(relay, f"{folder}/{number}/run/{name}")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)  # whoever is still connected loses the other end anyway


async def _relay(address: str, port: int, reader: StreamReader, writer: StreamWriter) -> None:
    # asyncio itself lets go of a task that waits for an end that is cut off.
    HELD.add(asyncio.current_task())
    try:
        inner_reader, inner_writer = await asyncio.open_connection(address, port)
    except OSError:
        writer.close()
        return
    back = asyncio.create_task(_pass_on(inner_reader, writer))
    await _pass_on(reader, inner_writer)
    await back
    for each in (inner_writer, writer):
        each.close()


async def _pass_on(source: StreamReader, target: StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
        target.write_eof()


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
