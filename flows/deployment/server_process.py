"""The embedded Prefect server as a process of its own: `python -m flows.deployment.server_process DESCRIPTOR`.

It answers at the listening socket that it inherits, and ends when its standard input does: with the command that
started it, whatever ended that one.
"""

import os
import sys
import threading

import uvicorn
from prefect.server.api.server import create_app

from flows.private_files import keep_files_private

_SECONDS_TO_END = 5


def main() -> None:
    """Serve Prefect's API until standard input ends."""
    keep_files_private()
    application = create_app(ephemeral=True, final=True)
    descriptor = int(sys.argv[1])
    server = uvicorn.Server(uvicorn.Config(application, fd=descriptor, log_level="critical", lifespan="on"))
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    server.run()


def _end_with_input(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True
    threading.Event().wait(_SECONDS_TO_END)  # it is a daemon's wait: a server that ends in time ends it, too
    os._exit(0)


if __name__ == "__main__":
    main()
