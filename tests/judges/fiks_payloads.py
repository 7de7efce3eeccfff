"""KS's own Java libraries, the independent judge of Fiks IO payloads, as a small program that is built once."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.judges.java_program import JAVA, class_path

_PROGRAM = Path(__file__).parent / "fiks-program"


def fiks_judge(commands: Sequence[Sequence[object]], seconds: int = 600) -> list[list[str]]:
    """Run commands in one Java process, and return the fields of each answer: `OPENED`, `MADE` or `REFUSED` first.

    `("open", key, file)`, `("make", certificate, p12, password, out, file, …)`, `("twice", certificate, out, file)`.
    Skips the test where Java, Maven or KS's libraries cannot be had.
    """
    locale = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}  # the one in which names beyond ASCII cannot be verified
    command = [*JAVA, "-Xmx768m", "-cp", class_path(_PROGRAM, "KS Fiks"), "judge.Payloads"]
    asked = "".join("\t".join(str(field) for field in one) + "\n" for one in commands)
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=seconds, env=locale)
    answers = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(answers) == len(commands)
    return answers


@contextmanager
def fiks_archive(arguments: Sequence[object], trust_store: Path) -> Iterator[IO[str]]:
    """Run an archive on KS's own Fiks IO client; give the lines that it writes.

    `arguments` are those of `judge.Archive`, `trust_store` a PKCS #12 file (password `hemmelig`) with the authority of
    the queue. Skips where the program cannot be had.
    """
    trusted = [f"-Djavax.net.ssl.trustStore={trust_store}", "-Djavax.net.ssl.trustStorePassword=hemmelig"]
    command = [*JAVA, "-Xmx512m", *trusted, "-cp", class_path(_PROGRAM, "KS Fiks"), "judge.Archive"]
    with subprocess.Popen(
        [*command, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.stdin.close()
            process.wait(30)
