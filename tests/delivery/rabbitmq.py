"""A real RabbitMQ on loopback, over TLS alone, from Debian's package; its data is in a folder of its own."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pika

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
INSTALL = "needs RabbitMQ: apt-get install --no-install-recommends rabbitmq-server"
_SECONDS = 90


@dataclass(frozen=True)
class Broker:
    """A running broker: its port, the certificate that it shows, and its administrator."""

    port: int
    authority: Path
    environment: dict[str, str]

    def connection(self, user: str = "guest", password: str = "guest") -> pika.BlockingConnection:
        """Connect as the archive's side does."""
        context = ssl.create_default_context(cafile=str(self.authority))
        return pika.BlockingConnection(
            pika.ConnectionParameters(
                "localhost",
                self.port,
                credentials=pika.PlainCredentials(user, password),
                ssl_options=pika.SSLOptions(context, "localhost"),
            )
        )

    def control(self, *words: str) -> None:
        """Run `rabbitmqctl`."""
        command = [str(PROGRAMS / "rabbitmqctl"), *words]
        subprocess.run(command, env=self.environment, check=True, capture_output=True, timeout=_SECONDS)


@contextmanager
def broker(folder: Path, certificate: Path, key: Path) -> Iterator[Broker]:
    """Start a broker with a certificate of `localhost`, and end it with the port mapper that it started."""
    port, between_nodes, mapper = (_free_port() for _ in range(3))
    (folder / "plugins").write_text("[].")
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp = none\nlisteners.ssl.1 = 127.0.0.1:{port}\nssl_options.cacertfile = {certificate}\n"
        f"ssl_options.certfile = {certificate}\nssl_options.keyfile = {key}\nssl_options.verify = verify_none\n"
    )
    environment = {
        **os.environ,
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": "avtaleflyt@localhost",
        "RABBITMQ_DIST_PORT": str(between_nodes),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_PID_FILE": str(folder / "rabbit.pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
    with (folder / "out.txt").open("wb") as said:
        server = subprocess.Popen([PROGRAMS / "rabbitmq-server"], env=environment, stdout=said, stderr=said)
    try:
        _wait(server, port, folder / "out.txt")
        yield Broker(port, certificate, environment)
    finally:
        server.terminate()
        server.wait(_SECONDS)
        subprocess.run(["epmd", "-kill"], env=environment, check=False, capture_output=True)


@contextmanager
def broker_with_account(folder: Path, integration: str, password: str, queue: str) -> Iterator[Broker]:
    """Start a broker that lets an integration read a queue, and nothing else."""
    with broker(folder, *localhost_certificate(folder)) as one:
        one.control("add_user", integration, password)
        one.control("set_permissions", integration, "", "", f"^{queue}$")
        yield one


def is_installed() -> bool:
    """Say whether the package is there."""
    return (PROGRAMS / "rabbitmq-server").exists() and shutil.which("erl") is not None


def localhost_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate of `localhost` and its key; return both."""
    certificate, key = folder / "localhost.pem", folder / "localhost.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def _wait(server: subprocess.Popen[bytes], port: int, said: Path) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"RabbitMQ did not start: {said.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
