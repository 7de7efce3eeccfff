"""The command that serves the web application."""

from typing import Annotated

import typer

from flows.commands import console
from flows.language import translate as _
from flows.logging_setup import logging_to_stderr

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; TLS belongs to the proxy in front.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8757,
) -> None:
    """Serve the web application: intake endpoint, webhooks and calendars, until it is stopped."""
    import uvicorn

    from flows.application.context import current_context
    from flows.commands.flow_runs import run_collection
    from flows.deployment.embedded_server import start_embedded_server

    start_embedded_server()
    from flows.new_alis import announce
    from flows.web.app import create_app, doing_jobs
    from flows.web.debounce import debounced
    from flows.web.workplace.static_files import assets_are_installed

    context = current_context()
    console.out.print(_("Listening at {address}; stop with Ctrl+C.").format(address=f"http://{host}:{port}"))
    if not assets_are_installed():
        console.out.print(_("The pages are in their plain style: `make assets` fetches Designsystemet and htmx."))
    if not context.stated_settings.public_url.startswith("https:") and host not in ("127.0.0.1", "localhost", "::1"):
        console.err.print(
            _("Passwords would travel unencrypted: set AVTALEFLYT_PUBLIC_URL to the proxy's https address.")
        )
    with debounced(lambda: run_collection(hinted=True)) as wake:
        web = create_app(context, announce, wake)
        with logging_to_stderr(context.settings.log_level), doing_jobs(web, context):
            uvicorn.run(
                web,
                host=host,
                port=port,
                log_config=None,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=5,
                server_header=False,
            )
