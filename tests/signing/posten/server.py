"""A Posten signering of our own: mutual TLS, every request judged by the published schemas and by xmlsec, leases."""

import io
import re
import ssl
import urllib.parse
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from lxml import etree

from tests.conftest import SHARED
from tests.signing.certificate_factory import authority, enterprise
from tests.signing.posten.multipart import parts_of
from tests.signing.provider_seals import sealed
from tests.signing.provider_server import Call, ProviderServer, Reply

ORGANISATION = "999999999"
POSTEN_BRING = "984661185"
QUEUE = "avtaleflyt-test"
NAMESPACE = "http://signering.posten.no/schema/v1"
SCHEMAS = SHARED / "specs" / "posten" / "schema" / "xsd"
LEASE = timedelta(minutes=10)
IDLE = timedelta(minutes=10)
XML = {"Content-Type": "application/xml"}


@dataclass
class Job:
    """A job as Posten keeps it. `statuses` are its signers' words by their place in the manifest.

    `identifiers` say how signers were reached, by number from 1, where it is not by the address of the manifest.
    """

    id: int
    reference: str
    pdf: bytes
    opened_at: datetime
    contacts: list[str] = field(default_factory=list)
    names_by_order: list[int] = field(default_factory=list)
    seconds: int = 0
    statuses: list[str] = field(default_factory=list)
    status: str = "IN_PROGRESS"
    change: int = 0
    confirmed: int = 0
    leased_until: datetime | None = None
    signed_pdf: bytes = b""
    identifiers: dict[int, str] = field(default_factory=dict)


@dataclass
class PostenServer(ProviderServer):
    """The server. `names` are what signers are called in signed documents, by their place; `jobs` are by id."""

    jobs: dict[int, Job] = field(default_factory=dict)
    names: list[str] = field(default_factory=lambda: ["Kari Čáhppe", "Ola Prøve & Sønn"])
    packages: list[bytes] = field(default_factory=list)
    manifests: list[bytes] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    next_poll: datetime | None = None
    confirmed: list[str] = field(default_factory=list)
    calls_at: list[datetime] = field(default_factory=list)
    floods: bool = False
    flow: str = "portal"

    def operation(self, call: Call) -> str:
        """Return what a call is."""
        path = call.path.partition("?")[0]
        if path.endswith(f"/{self.flow}/signature-jobs"):
            return "create" if call.method == "POST" else "poll"
        last = path.rsplit("/", 2)
        return {"complete": "acknowledge", "pades": "download"}.get(
            last[-1], "xades" if last[-2] == "xades" else last[-1]
        )

    def answer(self, call: Call) -> Reply:
        """Do what is asked."""
        path = call.path.partition("?")[0]
        if not path.startswith(f"/api/{ORGANISATION}"):
            return posten_error(403, "BROKER_NOT_AUTHORIZED")
        if path == f"/api/{ORGANISATION}":
            return Reply(200, f"You are [{ORGANISATION}]".encode(), {"Content-Type": "text/plain"})
        self.let_time_pass()
        operation = self.operation(call)
        if self._too_many():
            return Reply(429, b"", {"DoSFilter": "blocked"})
        if operation == "create":
            return self._create(call)
        if operation == "poll":
            return self._poll()
        found = re.search(r"/signature-jobs/(\d+)/", path)
        job = self.jobs.get(int(found[1])) if found else None
        if job is None:
            return Reply(404, b"<html>no such job</html>", {"Content-Type": "text/html"})
        if operation == "acknowledge":
            return self._confirm(job, int(urllib.parse.parse_qs(call.path.partition("?")[2])["change"][0]))
        if operation == "cancel":
            return self._cancel(job)
        if operation == "download":
            body = job.signed_pdf or job.pdf
            return Reply(200, body, {"Content-Type": "application/octet-stream"})
        if operation == "xades":
            return Reply(200, b"<XAdESSignatures xmlns='http://uri.etsi.org/2918/v1.2.1#'/>", XML)
        return Reply(404)

    def act(self, job_id: str, order: int, word: str) -> bool:
        """Let a signer sign (`SIGNED`) or refuse (`REJECTED`); False where Posten does not let them."""
        with self.lock:
            self.let_time_pass()
            job = self.jobs.get(int(job_id))
            if job is None or job.status != "IN_PROGRESS" or job.statuses[order - 1] != "WAITING":
                return False
            mine = job.names_by_order[order - 1]
            if any(
                word_ == "WAITING" and at < mine for word_, at in zip(job.statuses, job.names_by_order, strict=True)
            ):
                return False
            self.record(job, order, word)
            return True

    def record(self, job: Job, order: int, word: str) -> None:
        """Note a signer's word, and what becomes of the job."""
        job.statuses[order - 1] = word
        job.opened_at = self.clock() if self.flow == "portal" else job.opened_at
        if word != "SIGNED":
            self._fail(job)
        elif set(job.statuses) == {"SIGNED"}:
            self._complete(job)
        self._changed(job)

    def _create(self, call: Call) -> Reply:
        parts = parts_of(call.headers["Content-Type"], call.body)
        if [head.get_content_type() for head, _content in parts] != ["application/xml", "application/octet-stream"]:
            return posten_error(400, "INVALID_MULTIPART")
        request, package = (content for _head, content in parts)
        with zipfile.ZipFile(io.BytesIO(package)) as files:
            manifest = files.read("manifest.xml")
            documents = [one.get("href", "") for one in etree.fromstring(manifest).iter(f"{{{NAMESPACE}}}document")]
            if sorted(files.namelist()) != sorted(["META-INF/signatures.xml", "manifest.xml", *documents]):
                return posten_error(400, "INVALID_PACKAGE")
            pdf = files.read(documents[0])
        if fault := schema_fault(request) or schema_fault(manifest):
            return posten_error(400, "SCHEMA_VIOLATION", fault)
        if not accepted_by_xmlsec(package, enterprise(ORGANISATION).der):
            return posten_error(400, "INVALID_SIGNATURE")
        self.packages.append(package)
        self.manifests.append(manifest)
        asked, job_manifest = etree.fromstring(request), etree.fromstring(manifest)
        reference = asked.findtext(f"{{{NAMESPACE}}}reference") or ""
        job = Job(id=4711 + len(self.created), reference=reference, pdf=pdf, opened_at=self.clock())
        self.read_signers(job, job_manifest, asked)
        self.jobs[job.id] = job
        self.created.append(reference)
        return Reply(200, self.created_body(job).encode(), XML)

    def read_signers(self, job: Job, manifest: etree._Element, request: etree._Element) -> None:
        """Note whom the manifest names, and how long they have."""
        signers = manifest.findall(f".//{{{NAMESPACE}}}signer")
        job.contacts = [_contact(signer) for signer in signers]
        job.names_by_order = [int(signer.get("order", "0")) for signer in signers]
        job.statuses = ["WAITING"] * len(signers)
        job.seconds = int(manifest.findtext(f".//{{{NAMESPACE}}}available-seconds") or "2592000")

    def created_body(self, job: Job) -> str:
        """Return the answer to a create."""
        return (
            f'<portal-signature-job-response xmlns="{NAMESPACE}"><reference>{job.reference}</reference>'
            f"<signature-job-id>{job.id}</signature-job-id>"
            f"<cancellation-url>{self.url_of(job)}/cancel</cancellation-url></portal-signature-job-response>"
        )

    def _poll(self) -> Reply:
        now = self.clock()
        if self.next_poll is not None and now < self.next_poll:
            return Reply(429, b"", {"X-Next-permitted-poll-time": self.next_poll.isoformat()})
        for job in self.jobs.values():
            if job.change > job.confirmed and (job.leased_until is None or now >= job.leased_until):
                job.leased_until = now + LEASE
                when = {"X-Next-permitted-poll-time": f"{now.isoformat()}[Europe/Oslo]"}
                return Reply(200, self.change_body(job).encode(), {**XML, **when})
        self.next_poll = now + IDLE
        return Reply(204, b"", {"X-Next-permitted-poll-time": self.next_poll.isoformat()})

    def change_body(self, job: Job) -> str:
        """Return an update."""
        signatures = "".join(
            f'<signature><status since="{self.clock().isoformat()}">{word}</status>'
            + job.identifiers.get(number, f'<identifier><email address="{contact}"/></identifier>')
            + (f"<xades-url>{self.url_of(job)}/xades/{number}</xades-url>" if word == "SIGNED" else "")
            + "</signature>"
            for number, (word, contact) in enumerate(zip(job.statuses, job.contacts, strict=True), start=1)
        )
        pades = f"<pades-url>{self.url_of(job)}/pades</pades-url>" if "SIGNED" in job.statuses else ""
        cancel = (
            f"<cancellation-url>{self.url_of(job)}/cancel</cancellation-url>" if job.status == "IN_PROGRESS" else ""
        )
        return (
            f'<portal-signature-job-status-change-response xmlns="{NAMESPACE}"><reference>{job.reference}</reference>'
            f"<signature-job-id>{job.id}</signature-job-id><status>{job.status}</status>"
            f"<confirmation-url>{self.url_of(job)}/complete?change={job.change}</confirmation-url>{cancel}"
            f"<signatures>{signatures}{pades}</signatures></portal-signature-job-status-change-response>"
        )

    def _confirm(self, job: Job, change: int) -> Reply:
        job.confirmed = max(job.confirmed, change)
        job.leased_until = None
        self.confirmed.append(f"{job.reference} {job.status}")
        if job.status != "IN_PROGRESS" and job.confirmed == job.change:
            del self.jobs[job.id]
        return Reply(200)

    def _cancel(self, job: Job) -> Reply:
        if job.status != "IN_PROGRESS":
            return posten_error(409, "JOB_ALREADY_FINISHED")
        job.statuses = ["CANCELLED" if word == "WAITING" else word for word in job.statuses]
        job.status = "FAILED"
        self._changed(job)
        return Reply(200)

    def _complete(self, job: Job) -> None:
        job.status = "COMPLETED_SUCCESSFULLY"
        lines = [f"Signert av {name}" for name in self.names[: len(job.statuses)]] + [f"Referanse {job.reference}"]
        job.signed_pdf = sealed(job.pdf, lines, "Posten Bring AS", self.clock(), first=True)

    def _fail(self, job: Job) -> None:
        job.status = "FAILED"
        job.statuses = ["NOT_APPLICABLE" if word == "WAITING" else word for word in job.statuses]

    def let_time_pass(self) -> None:
        """End the jobs whose time is over."""
        for job in self.jobs.values():
            if job.status == "IN_PROGRESS" and self.clock() >= job.opened_at + timedelta(seconds=job.seconds):
                job.statuses = ["EXPIRED" if word == "WAITING" else word for word in job.statuses]
                job.status = "FAILED"
                self._changed(job)

    def _changed(self, job: Job) -> None:
        job.change += 1
        job.leased_until = None

    def _too_many(self) -> bool:
        now = self.clock()
        self.calls_at = [*(at for at in self.calls_at if now - at < timedelta(seconds=1)), now]
        return self.floods and len(self.calls_at) > 10

    def url_of(self, job: Job) -> str:
        """Return the address of a job in the API."""
        return f"{self.address}/api/{ORGANISATION}/{self.flow}/signature-jobs/{job.id}"


def schema_fault(message: bytes) -> str:
    """Return what the published schema finds wrong with a message; empty where it is valid, or nothing is there."""
    path = SCHEMAS / "direct-and-portal.xsd"
    if not path.exists():
        return ""
    schema = etree.XMLSchema(etree.parse(str(path)))
    return "" if schema.validate(etree.fromstring(message)) else str(schema.error_log)


def accepted_by_xmlsec(package: bytes, certificate: bytes) -> bool:
    """Say whether xmlsec, which shares no code with ours, accepts the package as signed by that certificate (DER)."""
    import xmlsec

    files = zipfile.ZipFile(io.BytesIO(package))
    root = etree.fromstring(files.read("META-INF/signatures.xml"))
    xmlsec.tree.add_ids(root, ["Id"])

    def opened(uri: bytes) -> io.BytesIO:
        return io.BytesIO(files.read(urllib.parse.unquote_plus(uri.decode())))

    xmlsec.cleanup_callbacks()
    xmlsec.register_callbacks(lambda uri: True, opened, lambda f, buffer: f.readinto(buffer), lambda f: f.close())
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertDer)
    signature = root.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert signature is not None
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


def server_context(folder: Path, organisation: str = POSTEN_BRING, issuer: str = "Prøve CA 3") -> ssl.SSLContext:
    """Return TLS that shows an enterprise certificate of an organisation, and asks for one under our authority."""
    pair = enterprise(organisation, issuer)
    path = folder / f"server-{organisation}.pem"
    path.write_bytes(pair.key_pem + pair.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority().pem.decode())
    return context


@contextmanager
def posten_server(folder: Path, server: PostenServer) -> Iterator[str]:
    """Run the server; give the address of its API."""
    with server.running(server_context(folder)):
        yield f"{server.address}/api"


def _contact(signer: etree._Element) -> str:
    email = signer.find(f".//{{{NAMESPACE}}}email")
    return email.get("address", "") if email is not None else ""


def posten_error(status: int, code: str, message: str = "") -> Reply:
    """Return a refusal, whose text repeats what nobody may show."""
    body = (
        f'<error xmlns="{NAMESPACE}"><error-code>{code}</error-code><error-message>Kari Hemmelig</error-message>'
        "<error-type>CLIENT</error-type></error>"
    )
    return Reply(status, body.encode(), XML)
