"""Let Posten's own Java client judge our requests and the tests' Posten: `python -m tests.drills.posten_client`.

The client (Maven: no.digipost.signature:signature-api-client-java) unmarshals, with its own schemas, every body that
the adapters of both flows send. Then it drives the test server itself, as it comes: chunked bodies, its own names of
documents, a charset beside the boundary. Without Java and Maven the drill says which line installs them. The last line
is JSON; the exit code is 1 if anything was not understood.
"""

import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.signing.port import OpenRequest
from flows.signing.providers.posten import PostenDirectProvider, PostenProvider, open_certificate, posten_session
from tests.judges.posten_client import PostenClient, RefusedByClient, posten_client
from tests.signing.certificate_factory import authority, enterprise, pkcs12_file
from tests.signing.posten.direct_server import PostenDirectServer
from tests.signing.posten.multipart import parts_of
from tests.signing.posten.server import ORGANISATION, QUEUE, PostenServer, posten_server
from tests.signing_desk.documents import BOTH, agreement, intent_of

_PASSWORD = "hemmelig"
_TITLES = ("Avtale", "æøå čŋž & <b>", "«Tittel» – 1", "x" * 200)
_Flow = Sequence[tuple[Sequence[str], str]]


def main() -> None:
    """Judge both flows; print what was not understood, and one line of counts."""
    faults: list[str] = []
    counts = {"bodies": 0, "calls": 0}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "trusted").mkdir()
        (folder / "trusted" / "authority.cer").write_bytes(authority().der)
        (folder / "avtale.pdf").write_bytes(agreement())
        for flow in (_portal, _direct):
            flow(folder, counts, faults)
    for fault in faults:
        print(fault)
    print(json.dumps({**counts, "not_understood": len(faults)}))
    sys.exit(1 if faults else 0)


class _Judge:
    """The client at one server, and what it was asked."""

    def __init__(self, client: PostenClient, counts: dict[str, int], faults: list[str]) -> None:
        self._client, self._counts, self._faults = client, counts, faults

    def body(self, kind: str, content: bytes, expected: str, folder: Path) -> None:
        """Have a body unmarshalled, and compare the one value that is told of it."""
        path = folder / "body.xml"
        path.write_bytes(content)
        self._counts["bodies"] += 1
        self._compare(("read", kind, str(path)), expected)

    def call(self, *words: str, expected: str) -> None:
        """Have the client do something; what is expected is in its answer, or is the exception."""
        self._counts["calls"] += 1
        self._compare(words, expected)

    def _compare(self, words: Sequence[str], expected: str) -> None:
        try:
            told, refused = " ".join(self._client.ask(*words)), False
        except RefusedByClient as error:
            told, refused = str(error), True
        if expected not in told or refused is not expected.endswith("Exception"):
            self._faults.append(f"{' '.join(words[:2])}: expected «{expected}», told «{told[:300]}»")


def _portal(folder: Path, counts: dict[str, int], faults: list[str]) -> None:
    server = PostenServer(lambda: datetime.now(UTC))
    pkcs12 = pkcs12_file(folder, enterprise(ORGANISATION), _PASSWORD)
    with (
        posten_server(folder, server) as address,
        posten_client(
            address, ORGANISATION, QUEUE, folder / "trusted", pkcs12, _PASSWORD, folder / "avtale.pdf"
        ) as client,
    ):
        judge = _Judge(client, counts, faults)
        certificate = open_certificate(pkcs12, _PASSWORD, server.clock())
        session, adapter = posten_session(certificate, _bundle(folder))
        ours = PostenProvider(address, ORGANISATION, QUEUE, certificate, session, server.clock, adapter=adapter)
        for number, title in enumerate(_TITLES):
            ours.send(intent_of(agreement(), f"ours-v1-a{number}", _deadline(), BOTH, title=title), agreement())
            _bodies_of_create(server, judge, "portal", f"ours-v1-a{number}", title[:80], folder)
        server.jobs.clear()
        _drive(judge, _PORTAL, lambda order, word: server.act(str(max(server.jobs)), order, word))


def _direct(folder: Path, counts: dict[str, int], faults: list[str]) -> None:
    server = PostenDirectServer(lambda: datetime.now(UTC))
    pkcs12 = pkcs12_file(folder, enterprise(ORGANISATION), _PASSWORD)
    with (
        posten_server(folder, server) as address,
        posten_client(
            address, ORGANISATION, QUEUE, folder / "trusted", pkcs12, _PASSWORD, folder / "avtale.pdf"
        ) as client,
    ):
        judge = _Judge(client, counts, faults)
        certificate = open_certificate(pkcs12, _PASSWORD, server.clock())
        session, adapter = posten_session(certificate, _bundle(folder))
        ours = PostenDirectProvider(
            address,
            ORGANISATION,
            QUEUE,
            certificate,
            session,
            server.clock,
            return_address="https://avtaleflyt.example/signering/tilbake",
            adapter=adapter,
        )
        for number, title in enumerate(_TITLES):
            intent = intent_of(agreement(), f"ours-v1-a{number}", _deadline(), BOTH, title=title)
            sent = ours.send(intent, agreement())
            _bodies_of_create(server, judge, "direct", f"ours-v1-a{number}", title[:80], folder)
            ours.signing_link(OpenRequest(sent.provider_id, intent.reference, sent.urls), 1)
            judge.body("direct-update", server.exchanged[-1][0].body, "", folder)
        server.jobs.clear()
        _drive(judge, _DIRECT, lambda order, word: _sign_direct(server, order, word))


def _sign_direct(server: PostenDirectServer, order: int, word: str) -> bool:
    newest = max(server.jobs)
    return server.open_place(next(place for place, whose in server.places.items() if whose == (newest, order)), word)


def _bodies_of_create(server: PostenServer, judge: _Judge, flow: str, reference: str, title: str, folder: Path) -> None:
    call, _reply = server.exchanged[-1]
    (_head, request), (_other, package) = parts_of(call.headers["Content-Type"], call.body)
    judge.body(f"{flow}-request", request, reference, folder)
    judge.body(f"{flow}-request", request.replace(b"polling-queue>", b"queue>"), "SignatureMarshalException", folder)
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        judge.body(f"{flow}-manifest", files.read("manifest.xml"), title, folder)


_PORTAL: _Flow = [
    (["portal", "theirs-1", "Avtale æøå"], "4715 theirs-1"),
    (["cancel"], ""),
    (["poll"], "FAILED theirs-1 CANCELLED,CANCELLED"),
    (["cancel-change"], "NotCancellableException"),
    (["confirm"], ""),
    (["portal", "theirs-2", "Avtale"], "4716 theirs-2"),
    (["sign", "1", "SIGNED"], ""),
    (["poll"], "IN_PROGRESS theirs-2 SIGNED,WAITING"),
    (["xades"], "<XAdE"),
    (["confirm"], ""),
    (["sign", "2", "SIGNED"], ""),
    (["poll"], "COMPLETED_SUCCESSFULLY theirs-2 SIGNED,SIGNED"),
    (["pades"], "%PDF-"),
    (["cancel"], "JobCannotBeCancelledException"),
    (["confirm"], ""),
    (["portal", "theirs-3", "Avtale"], "4717 theirs-3"),
    (["sign", "1", "REJECTED"], ""),
    (["poll"], "FAILED theirs-3 REJECTED,NOT_APPLICABLE"),
    (["confirm"], ""),
    (["poll"], "NO_CHANGES"),
    (["poll"], "TooEagerPollingException"),
]
_DIRECT: _Flow = [
    (["direct", "theirs-1", "Avtale æøå", "POLLING"], "4715 theirs-1 1=https://signering.example/redirect/"),
    (["direct-redirect"], "https://signering.example/redirect/"),
    (["sign", "1", "SIGNED"], ""),
    (["direct-poll"], "IN_PROGRESS theirs-1 1=SIGNED,2=WAITING"),
    (["direct-xades"], "<XAdE"),
    (["direct-confirm"], ""),
    (["sign", "2", "SIGNED"], ""),
    (["direct-poll"], "COMPLETED_SUCCESSFULLY theirs-1 1=SIGNED,2=SIGNED"),
    (["direct-pades"], "%PDF-"),
    (["direct-confirm"], ""),
    (["direct", "theirs-2", "Avtale", "POLLING"], "4716 theirs-2"),
    (["sign", "2", "REJECTED"], ""),
    (["direct-poll"], "FAILED theirs-2 1=NOT_APPLICABLE,2=REJECTED"),
    (["direct-redirect"], "UnexpectedResponseException"),
    (["direct-confirm"], ""),
    (["direct-poll"], "NO_CHANGES"),
    (["direct-poll"], "TooEagerPollingException"),
]
"""What the client is asked in turn, and what is in its answer, or the exception; `sign` is what a person does."""


def _drive(judge: _Judge, flow: _Flow, sign: Callable[[int, str], bool]) -> None:
    for words, expected in flow:
        if words[0] == "sign":
            assert sign(int(words[1]), words[2])
        else:
            judge.call(*words, expected=expected)


def _deadline() -> datetime:
    return datetime.now(UTC) + timedelta(days=20)


def _bundle(folder: Path) -> Path:
    bundle = folder / "bundle.pem"
    bundle.write_bytes(authority().pem)
    return bundle


if __name__ == "__main__":
    try:
        main()
    except pytest.skip.Exception as skipped:
        print(json.dumps({"skipped": str(skipped)}))
