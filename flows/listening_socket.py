"""Open the socket that a server of ours listens at, before it is started: what cannot be is told at once."""

import socket


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a bound TCP socket; port 0 is any free one. Raises `OSError`, also for a port that there is not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sends at once only if told TCP
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise OSError(str(error)) from error
    return listener
