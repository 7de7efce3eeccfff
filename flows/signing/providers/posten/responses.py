"""Parse Posten's responses: the created job, a status change, an error (docs/protocols.md#following-up)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from lxml import etree

from flows.signing.port import RequestStatus, SignerStatus
from flows.signing.providers.posten.manifest import NAMESPACE

_NS = {"p": NAMESPACE}
BY_IDENTITY_NUMBER = "personal-identification-number"
"""Stands for the number itself, which is never kept: nobody is asked for by it."""
_FAILURES = (
    ("REJECTED", RequestStatus.DECLINED),
    ("CANCELLED", RequestStatus.CANCELLED),
    ("EXPIRED", RequestStatus.EXPIRED),
)


class InvalidResponse(ValueError):
    """A response that does not follow Posten's schema."""


class CreatedDirectJob(NamedTuple):
    """A created direct job: `signers` are the addresses of its signers in the API by our `order`."""

    job: str
    reference: str
    signers: Mapping[int, str]


class CreatedJob(NamedTuple):
    """A created job."""

    job: str
    reference: str
    cancellation_url: str


@dataclass(frozen=True, slots=True)
class SignatureStatus:
    """One signer in a status change: status, since when, how they are reached, and the URL of the evidence.

    `contacts` are the e-mail address and the mobile number, or `BY_IDENTITY_NUMBER`; empty where nothing is told.
    """

    status: str
    since: datetime | None
    contacts: Sequence[str]
    xades_url: str


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One update from the queue. `tells_contacts` says whether it tells how signers were reached."""

    job: str
    reference: str
    status: str
    urls: Mapping[str, str]
    signatures: Sequence[SignatureStatus]
    tells_contacts: bool = True

    def outcome(self) -> tuple[RequestStatus, str]:
        """Return the status in terms of the port, and the reason of an end that nobody refused.

        Unknown statuses count as open.
        """
        if self.status == "COMPLETED_SUCCESSFULLY":
            return RequestStatus.SIGNED, ""
        if self.status != "FAILED":
            return RequestStatus.OPEN, ""
        words = [one.status for one in self.signatures]
        for word, outcome in _FAILURES:
            if word in words:
                return outcome, ""
        return RequestStatus.CANCELLED, ", ".join(sorted(set(words) - {"SIGNED", "WAITING", "NOT_APPLICABLE"}))

    def signers(self, addresses: Mapping[int, Sequence[str]]) -> list[SignerStatus]:
        """Return each signer's status by our order, matched by address, else by position."""
        left = dict(addresses) or dict.fromkeys(range(1, len(self.signatures) + 1), ())
        found = []
        for one in self.signatures:
            known = [order for order, values in left.items() if set(one.contacts) & set(values)]
            order = min(known or left, default=0)
            left.pop(order, None)
            answered = None if one.status == "WAITING" else one.since  # a time also stands beside WAITING
            found.append(SignerStatus(order, one.status, answered, one.status == "SIGNED"))
        return sorted(found, key=lambda each: each.order)

    def signed_addresses(self) -> list[str]:
        """Return by what each of those who have signed was reached; none where that is not told."""
        if not self.tells_contacts:
            return []
        return [" ".join(one.contacts) for one in self.signatures if one.status == "SIGNED"]


def read_created(body: bytes) -> CreatedJob:
    """Parse the response to a create. Raises `InvalidResponse`."""
    root = _parse(body, "portal-signature-job-response")
    return CreatedJob(_job(root), _maybe(root, "reference"), _one(root, "cancellation-url"))


def read_created_direct(body: bytes) -> CreatedDirectJob:
    """Parse the response to a create of the direct flow. Raises `InvalidResponse`."""
    root = _parse(body, "direct-signature-job-response")
    signers = {_order(_one(one, "signer-identifier")): _href(one) for one in root.findall("p:signer", _NS)}
    return CreatedDirectJob(_job(root), _maybe(root, "reference"), signers)


def read_redirect_address(body: bytes) -> str:
    """Return the address at which a signer of a direct job signs. Raises `InvalidResponse`."""
    return _one(_parse(body, "direct-signer-response"), "redirect-url")


def read_direct_status(body: bytes) -> StatusChange:
    """Parse an update of the direct flow, its signers in our order. Raises `InvalidResponse`."""
    root = _parse(body, "direct-signature-job-status-response")
    names = {"confirmation-url": "confirm", "delete-documents-url": "delete", "pades-url": "pades"}
    urls = {ours: found for theirs, ours in names.items() if (found := _maybe(root, theirs))}
    xades = {one.get("signer", ""): (one.text or "").strip() for one in root.findall("p:xades-url", _NS)}
    signatures: dict[int, SignatureStatus] = {}
    for one in root.findall("p:status", _NS):
        signer, word = one.get("signer", ""), (one.text or "").strip()
        if not word or _order(signer) in signatures:
            raise InvalidResponse("status of a signer")
        if address := xades.get(signer, ""):
            urls[f"xades-{signer}"] = address
        signatures[_order(signer)] = SignatureStatus(word, _time(one.get("since")), (), address)
    if not signatures:
        raise InvalidResponse("status")
    job, reference, status = _job(root), _maybe(root, "reference"), _one(root, "signature-job-status")
    in_order = [signatures[order] for order in sorted(signatures)]
    return StatusChange(job, reference, status, urls, in_order, tells_contacts=False)


def read_status_change(body: bytes) -> StatusChange:
    """Parse an update. Raises `InvalidResponse`."""
    root = _parse(body, "portal-signature-job-status-change-response")
    names = {"confirmation-url": "confirm", "cancellation-url": "cancel", "delete-documents-url": "delete"}
    urls = {ours: found for theirs, ours in names.items() if (found := _maybe(root, theirs))}
    signatures = []
    for number, one in enumerate(root.findall("p:signatures/p:signature", _NS), start=1):
        status = one.find("p:status", _NS)
        if status is None or not status.text:
            raise InvalidResponse("status of a signer")
        xades = _maybe(one, "xades-url")
        if xades:
            urls[f"xades-{number}"] = xades
        signatures.append(SignatureStatus(status.text.strip(), _time(status.get("since")), _contacts(one), xades))
    if pades := root.findtext("p:signatures/p:pades-url", namespaces=_NS):
        urls["pades"] = pades.strip()
    if "confirm" not in urls:
        raise InvalidResponse("confirmation-url")
    job, reference = _one(root, "signature-job-id"), _maybe(root, "reference")
    return StatusChange(job, reference, _one(root, "status"), urls, signatures)


def error_code(body: bytes) -> str:
    """Return Posten's error code, never its text, which repeats names; empty if there is none."""
    try:
        code = _maybe(_parse(body, "error"), "error-code")
    except InvalidResponse:
        return ""
    return code if re.fullmatch(r"[A-Z0-9_]{1,60}", code) else ""


def permitted_poll_time(header: str | None) -> datetime | None:
    """Parse `X-Next-permitted-poll-time`: ISO 8601 with an offset, optionally with the zone's name in brackets."""
    return _time(header.partition("[")[0].strip()) if header else None


def _parse(body: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise InvalidResponse(name) from None
    if root.tag != f"{{{NAMESPACE}}}{name}":
        raise InvalidResponse(name)
    return root


def _job(root: etree._Element) -> str:
    job = _one(root, "signature-job-id")
    if not re.fullmatch(r"[0-9]{1,20}", job):
        raise InvalidResponse("signature-job-id")
    return job


def _order(identifier: str) -> int:
    """Return our `order` of a signer of a direct job, which is the identifier that we gave."""
    if not re.fullmatch(r"[1-9][0-9]?", identifier):
        raise InvalidResponse("signer-identifier")
    return int(identifier)


def _href(signer: etree._Element) -> str:
    address = signer.get("href", "").strip()
    if not address:
        raise InvalidResponse("href")
    return address


def _one(parent: etree._Element, name: str) -> str:
    found = _maybe(parent, name)
    if not found:
        raise InvalidResponse(name)
    return found


def _maybe(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"p:{name}", namespaces=_NS) or "").strip()


def _contacts(signature: etree._Element) -> list[str]:
    """Return the e-mail address and the mobile number of the signer; an identity number is told apart, and dropped."""
    if signature.find(f"p:{BY_IDENTITY_NUMBER}", _NS) is not None:
        return [BY_IDENTITY_NUMBER]
    found = (("email", "address"), ("sms", "number"))
    told = [(signature.find(f"p:identifier/p:{kind}", _NS), key) for kind, key in found]
    return ["".join(one.get(key, "").split()) for one, key in told if one is not None and one.get(key, "").strip()]


def _time(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
