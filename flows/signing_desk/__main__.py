"""Run the signing desk: `python -m flows.signing_desk --folder output/desk --port 8756`.

Prints one line when it is ready, and ends cleanly on SIGTERM and SIGINT. Addresses are never logged: they hold tokens.
"""

import argparse
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import uvicorn
from sqlalchemy.exc import DatabaseError

from flows.errors import AvtaleflytError, WrongUse
from flows.language import translate as _
from flows.language import use
from flows.listening_socket import listening_socket
from flows.logging_setup import logging_to_stderr
from flows.private_files import keep_files_private
from flows.request_id_middleware import RequestIds
from flows.settings import load_settings, refuse_references
from flows.signing_desk.app import create_app, utc_now
from flows.signing_desk.emails import mailer_at
from flows.signing_desk.webhook_outbox import webhook_at
from flows.system_errors import system_refusal

_SECRETS = ("desk_token", "desk_secrets", "desk_passphrase", "smtp_url")
"""Settings that the desk takes from the environment alone: it knows no Prefect."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; return the exit code."""
    keep_files_private()
    try:
        settings = refuse_references(load_settings(), _SECRETS)
    except AvtaleflytError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    use(settings.language)
    chosen = _parser(settings.desk_folder).parse_args(arguments)
    try:
        mailer = mailer_at(settings.smtp_url.get_secret_value(), settings.mail_from, utc_now)
        token = settings.desk_token.get_secret_value()
        webhook = webhook_at(settings.desk_webhook, settings.desk_secrets.get_secret_value())
        with _listen(chosen.host, chosen.port) as listener:
            here = f"http://{chosen.host}:{listener.getsockname()[1]}"
            app = create_app(
                chosen.folder,
                address=chosen.address or here,
                token=token,
                mailer=mailer,
                webhook=webhook,
                passphrase=settings.desk_passphrase.get_secret_value(),
            )
            config = uvicorn.Config(
                RequestIds(app),
                log_config=None,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=5,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies,
            )
            with logging_to_stderr(settings.log_level):
                _Server(config, here).run(sockets=[listener])
    except AvtaleflytError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except OSError as error:
        if not (told := system_refusal(error)):
            raise
        sys.stderr.write(f"{told}\n")
        return WrongUse.exit_code
    except DatabaseError:
        told = _("The desk's database in {folder} cannot be opened: see whether this account may write it.")
        sys.stderr.write(f"{told.format(folder=chosen.folder)}\n")
        return WrongUse.exit_code
    return 0


class _Parser(argparse.ArgumentParser):
    """An argument parser whose own words are in the language in use."""

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", _("Usage:"), 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", _("Usage:"), 1)

    def error(self, message: str) -> NoReturn:  # noqa: ARG002 - argparse words it in English
        wrong = _("The options cannot be understood. Try `{command}` for help.").format(command=f"{self.prog} --help")
        self.exit(2, f"{self.format_usage()}{wrong}\n")


def _parser(folder: Path) -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m flows.signing_desk", description=_("The embedded signing desk."), add_help=False)
    options = parser.add_argument_group(_("Options"))
    options.add_argument("-h", "--help", action="help", help=_("Show this message and exit."))
    options.add_argument("--folder", type=Path, default=folder, help=_("folder of the desk's data"))
    options.add_argument("--host", default="127.0.0.1", help=_("address to listen on"))
    options.add_argument("--port", type=int, default=8756, help=_("port to listen on; 0: any free one"))
    options.add_argument("--address", default="", help=_("address for browsers, if a proxy stands in front"))
    return parser


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listening_socket(host, port)
    except OSError:
        raise WrongUse(
            _("The signing desk cannot listen on {host} port {port}; another program may: choose --port 0.").format(
                host=host, port=port
            )
        ) from None


class _Server(uvicorn.Server):
    """Says when it is ready, and takes a signal to stop as a wish, not as an error."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            sys.stdout.write(f"signing desk at {self.address}\n")
            sys.stdout.flush()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


if __name__ == "__main__":
    sys.exit(main())
