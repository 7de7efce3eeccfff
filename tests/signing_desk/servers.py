"""Signing desks for the tests: a real process, or a server in a thread whose clock the test moves."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import requests
import uvicorn

from flows.signing.port import SentRequest, Signer
from flows.signing.providers.desk import DeskProvider
from flows.signing_desk.app import create_app, utc_now
from flows.signing_desk.emails import SignerMailer
from flows.signing_desk.webhook_outbox import Webhook
from tests.signing_desk.documents import BOTH, agreement, intent_of

TOKEN = "a-token-for-the-tests"


@dataclass
class RunningDesk:
    """A desk that answers at `address`."""

    address: str
    folder: Path
    token: str
    session: requests.Session
    clock: Callable[[], datetime]
    process: subprocess.Popen[str] | None = None

    @property
    def provider(self) -> DeskProvider:
        """An adapter for this desk."""
        return DeskProvider(self.address, self.token, self.session)

    def send(self, reference: str = "ref-1", signers: Sequence[Signer] = BOTH, language: str = "nb") -> SentRequest:
        """Send the invented agreement, with 30 days to sign."""
        deadline = self.clock() + timedelta(days=30)
        return self.provider.send(intent_of(agreement(), reference, deadline, signers, language), agreement())

    def api(self, method: str, path: str, **content: object) -> requests.Response:
        """Call the senders' side with the bearer token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.address}/api/requests{path}"
        return self.session.request(method, url, headers=headers, timeout=300, **content)  # type: ignore[arg-type]

    def act(self, provider_id: str, order: int, verb: str, reason: str = "") -> requests.Response:
        """Do what a signer does by pressing a button on the page."""
        link = self.provider.signer_links(provider_id)[order]
        return self.session.post(f"{link}/{verb}", data={"reason": reason} if reason else None, timeout=300)


@contextmanager
def desk_process(
    folder: Path, token: str = TOKEN, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[RunningDesk]:
    """Run a desk as its own process on a free port; end it by SIGTERM."""
    command = [sys.executable, "-m", "flows.signing_desk", "--folder", str(folder), "--port", "0"]
    environment = {"PATH": "/usr/bin:/bin", "AVTALEFLYT_DESK_TOKEN": token, **environment}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        found = re.fullmatch(r"signing desk at (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
        try:
            assert found, "the desk did not say where it is"
            with requests.Session() as session:
                kept = token or (folder / "token").read_text()
                yield RunningDesk(found[1], folder, kept, session, utc_now, process)
        finally:
            process.terminate()
            process.wait(120)


@contextmanager
def desk_in_thread(
    folder: Path,
    clock: Callable[[], datetime] = utc_now,
    mailer: SignerMailer | None = None,
    webhook: Webhook | None = None,
) -> Iterator[RunningDesk]:
    """Run a desk in a thread, over real HTTP, at the time that the clock shows."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(folder, clock, address=address, token=TOKEN, mailer=mailer, webhook=webhook)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            with requests.Session() as session:
                yield RunningDesk(address, folder, TOKEN, session, clock)
        finally:
            server.should_exit = True
            thread.join(120)
