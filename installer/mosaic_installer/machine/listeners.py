"""The TCP sockets that listen on this machine, and who holds them."""

from mosaic_installer.core.facts import Listener


def find_listeners(our_mark: str) -> tuple[Listener, ...]:
    """Return every listening TCP socket; ours are those whose command line holds `our_mark`.

    The holder of another user's socket is only known to root.
    """
    import psutil

    try:
        connections = psutil.net_connections("tcp")
    except (psutil.Error, OSError):
        return ()  # where the system hides them, the start will tell
    found = {}
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr:
            address, port = connection.laddr.ip, connection.laddr.port
            found[address, port] = _listener(address, port, connection.pid, our_mark)
    return tuple(found[key] for key in sorted(found))


def _listener(address: str, port: int, pid: int | None, our_mark: str) -> Listener:
    import psutil

    try:
        process = psutil.Process(pid) if pid else None
        command = process.cmdline() if process else []
        program = process.name() if process else ""
    except psutil.Error:
        return Listener(address=address, port=port)
    return Listener(
        address=address, port=port, program=program, pid=pid, is_ours=our_mark in command
    )
