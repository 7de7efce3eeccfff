"""The direct flow of the tests' Posten signering: addresses that can be used once, and a deadline of its own."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_hex

from lxml import etree

from tests.signing.posten.server import NAMESPACE, ORGANISATION, XML, Job, PostenServer, posten_error, schema_fault
from tests.signing.provider_server import Call, Reply

LIFE = timedelta(days=30)
"""How long a direct job lives, at Posten as well (digipost/signering-docs, `opprette-oppdrag.rst`)."""


@dataclass
class PostenDirectServer(PostenServer):
    """The server. `places` are the signers by the address that each signs at; `exits` the addresses to come back to."""

    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    exits: dict[str, str] = field(default_factory=dict)
    flow: str = "direct"

    def answer(self, call: Call) -> Reply:
        """Do what is asked."""
        asked_for = re.fullmatch(rf"/api/{ORGANISATION}/direct/signature-jobs/(\d+)/signers/(\d+)", call.path)
        if asked_for is None or call.method != "POST":
            return super().answer(call)
        self.let_time_pass()
        job = self.jobs.get(int(asked_for[1]))
        if fault := schema_fault(call.body):
            return posten_error(400, "SCHEMA_VIOLATION", fault)
        if job is None or job.status != "IN_PROGRESS":
            return posten_error(409, "JOB_ALREADY_FINISHED")
        return Reply(200, self._signer("direct-signer-response", job, int(asked_for[2]), declared=True).encode(), XML)

    def operation(self, call: Call) -> str:
        """Return what a call is."""
        return "link" if "/signers/" in call.path else super().operation(call)

    def open_place(self, address: str, word: str) -> bool:
        """Let whoever opened an address sign or refuse; False where Posten does not let them."""
        with self.lock:
            self.let_time_pass()
            number, order = self.places.pop(address, (0, 0))
            job = self.jobs.get(number)
            if job is None or job.status != "IN_PROGRESS" or job.statuses[order - 1] != "WAITING":
                return False
            self.record(job, order, word)
            return True

    def read_signers(self, job: Job, manifest: etree._Element, request: etree._Element) -> None:
        """Note whom the manifest names, and where they come back to."""
        job.contacts = [one.text or "" for one in manifest.iter(f"{{{NAMESPACE}}}signer-identifier")]
        job.names_by_order = [0] * len(job.contacts)
        job.statuses = ["WAITING"] * len(job.contacts)
        job.seconds = int(LIFE.total_seconds())
        for one in request.iterfind(f"{{{NAMESPACE}}}exit-urls/*"):
            self.exits[etree.QName(one).localname] = one.text or ""

    def created_body(self, job: Job) -> str:
        """Return the answer to a create."""
        signers = "".join(self._signer("signer", job, order) for order in range(1, len(job.statuses) + 1))
        redirects = "".join(
            f'<redirect-url signer="{one}">https://x.example/gammel</redirect-url>' for one in job.contacts
        )
        return (
            f'<direct-signature-job-response xmlns="{NAMESPACE}"><reference>{job.reference}</reference>'
            f"<signature-job-id>{job.id}</signature-job-id>{redirects}"
            f"<status-url>{self.url_of(job)}/status</status-url>{signers}</direct-signature-job-response>"
        )

    def change_body(self, job: Job) -> str:
        """Return an update."""
        now = self.clock().isoformat()
        numbered = list(zip(job.contacts, job.statuses, strict=True))
        statuses = "".join(f'<status signer="{one}" since="{now}">{word}</status>' for one, word in numbered)
        xades = "".join(
            f'<xades-url signer="{one}">{self.url_of(job)}/xades/{one}</xades-url>'
            for one, word in numbered
            if word == "SIGNED"
        )
        pades = f"<pades-url>{self.url_of(job)}/pades</pades-url>" if "SIGNED" in job.statuses else ""
        return (
            f'<direct-signature-job-status-response xmlns="{NAMESPACE}"><reference>{job.reference}</reference>'
            f"<signature-job-id>{job.id}</signature-job-id><signature-job-status>{job.status}</signature-job-status>"
            f"{statuses}<confirmation-url>{self.url_of(job)}/complete?change={job.change}</confirmation-url>"
            f"{xades}{pades}</direct-signature-job-status-response>"
        )

    def _signer(self, name: str, job: Job, order: int, *, declared: bool = False) -> str:
        """Return a signer with a new address to sign at; the ones before are void."""
        self.places = {address: whose for address, whose in self.places.items() if whose != (job.id, order)}
        address = f"https://signering.example/redirect/{token_hex(8)}"
        self.places[address] = (job.id, order)
        namespace = f' xmlns="{NAMESPACE}"' if declared else ""
        return (
            f'<{name}{namespace} href="{self.url_of(job)}/signers/{order}">'
            f"<signer-identifier>{job.contacts[order - 1]}</signer-identifier>"
            f"<redirect-url>{address}</redirect-url></{name}>"
        )
