"""The command that serves the web application."""

import socket
from typing import Annotated

import typer

from flows.commands import console
from flows.errors import WrongUse
from flows.language import translate as _
from flows.listening_socket import listening_socket
from flows.logging_setup import logging_to_stderr

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; TLS belongs to the proxy in front.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8757,
    schedules: Annotated[
        bool,
        typer.Option(
            "--schedules/--no-schedules",
            help="Run at their times what a Prefect server would: collecting, intake, reviews, the archive's keeping.",
        ),
    ] = True,
) -> None:
    """Serve the web application: intake endpoint, webhooks and calendars, until it is stopped."""
    from contextlib import nullcontext

    import uvicorn

    from flows.application.context import current_context
    from flows.commands.flow_runs import local_schedules, prepare_flows, run_collection

    context = current_context()
    with _listen(host, port) as listener:
        prepare_flows()
        from flows.new_alis import announce
        from flows.request_id_middleware import RequestIds
        from flows.web.app import create_app, doing_jobs, end_streams_with, running_schedules
        from flows.web.debounce import debounced

        console.out.print(_("Listening at {address}; stop with Ctrl+C.").format(address=f"http://{host}:{port}"))
        _warn(host, context.stated_settings.public_url)
        with debounced(lambda: run_collection(hinted=True)) as wake:
            web = create_app(context, announce, wake)
            runs = running_schedules(web, context, local_schedules()) if schedules else nullcontext()
            with logging_to_stderr(context.settings.log_level), doing_jobs(web, context), runs:
                proxies = context.stated_settings.trusted_proxies
                config = uvicorn.Config(
                    RequestIds(web),
                    log_config=None,
                    log_level="warning",
                    access_log=False,
                    timeout_graceful_shutdown=5,
                    server_header=False,
                    proxy_headers=bool(proxies),
                    forwarded_allow_ips=proxies,
                )
                server = uvicorn.Server(config)
                end_streams_with(web, lambda: server.should_exit)
                server.run(sockets=[listener])


def _warn(host: str, public_url: str) -> None:
    """Say what is missing for pages that look and are as they should."""
    from flows.web.workplace.static_files import assets_are_installed

    if not assets_are_installed():
        console.out.print(_("The pages are in their plain style: `make assets` fetches Designsystemet and htmx."))
    if not public_url.startswith("https:") and host not in ("127.0.0.1", "localhost", "::1"):
        console.err.print(
            _("Passwords would travel unencrypted: set AVTALEFLYT_PUBLIC_URL to the proxy's https address.")
        )


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. Raises `WrongUse`."""
    try:
        return listening_socket(host, port)
    except OSError:
        raise WrongUse(
            _("Nothing can listen at {host} port {port}; another program may: choose another --port.").format(
                host=host, port=port
            )
        ) from None
