"""Posten signering's own Java client, as a small program that does what it is told, a line at a time."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.judges.java_program import JAVA, class_path

_PROGRAM = Path(__file__).parent / "posten-client"


class RefusedByClient(Exception):
    """The client raised an exception: the name of its class, and its message."""


@dataclass(frozen=True)
class PostenClient:
    """The running program."""

    process: "subprocess.Popen[str]"

    def ask(self, *words: str) -> list[str]:
        """Let the client do something; return the words of its answer. Raises `RefusedByClient`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(*words, sep="\t", file=self.process.stdin, flush=True)
        kind, *told = self.process.stdout.readline().rstrip("\n").split("\t")
        if kind != "ok":
            raise RefusedByClient(" ".join(told))
        return told


@contextmanager
def posten_client(
    address: str, organisation: str, queue: str, trusted: Path, pkcs12: Path, password: str, pdf: Path
) -> Iterator[PostenClient]:
    """Run the client against an address; skips the test where Java, Maven or the client cannot be had."""
    command = [*JAVA, "-cp", class_path(_PROGRAM, "Posten client"), "judge.Main"]
    arguments = [address, organisation, queue, str(trusted), str(pkcs12), password, str(pdf)]
    with subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the client logs each of its calls there
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield PostenClient(process)
        finally:
            process.kill()
