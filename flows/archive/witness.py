"""Hand the heads of the history to a place outside, where whoever has database and store cannot reach them.

Four ways: a bucket, best with Object Lock (`s3://…`); a folder on another machine (`file:///…`); an e-mail to the
archivist (`mailto:…`), who compares it with `archive verify --head`; a timestamp service (`https://…`, RFC 3161), whose
answers prove when a head existed, also to somebody who does not trust the key. Each head stands for all before it.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlparse

from asn1crypto import cms, x509
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from sqlalchemy import select

from flows.archive.blob_backends import BlobBackend, open_backend
from flows.archive.head_files import KeptHead, keep, keep_timestamp, kept_heads, kept_timestamps
from flows.archive.proof.trust_anchors import timestamp_anchors
from flows.archive.store import Store
from flows.errors import AvtaleflytError, StoreFailed, WrongUse
from flows.language import translate as _
from flows.register import Event, Register
from flows.register.signed_heads import Head, newest_head

_log = logging.getLogger(__name__)
Write = Callable[[str, Head], None]
"""Writes an e-mail about a head to an address, for the outbox."""


class Witness(Protocol):
    """A place that heads are handed to. `name` is what people call it; `at_once` says whether every head goes there."""

    @property
    def name(self) -> str:
        """The name."""
        ...

    @property
    def at_once(self) -> bool:
        """Whether every head goes there."""
        ...

    @property
    def readable(self) -> bool:
        """Whether heads can be read back."""
        ...

    def hand_over(self, head: Head) -> None:
        """Hand a head over. Raises `AvtaleflytError`."""

    def heads(self) -> Iterator[KeptHead]:
        """Yield the heads that can be read back; those that are not what they were have none. Raises `StoreFailed`."""


@dataclass(frozen=True, slots=True)
class BlobWitness:
    """A bucket or a folder."""

    name: str
    backend: BlobBackend
    at_once: bool = True
    readable: bool = True

    def hand_over(self, head: Head) -> None:
        """Put the head under its own name; nothing there is ever replaced."""
        keep(self.backend, head)

    def heads(self) -> Iterator[KeptHead]:
        """Yield every head there."""
        yield from kept_heads(self.backend)


@dataclass(frozen=True, slots=True)
class MailWitness:
    """An archivist with an e-mail address."""

    name: str
    address: str
    write: Write
    at_once: bool = False
    readable: bool = False

    def hand_over(self, head: Head) -> None:
        """Write the e-mail; the outbox delivers it."""
        self.write(self.address, head)

    def heads(self) -> Iterator[KeptHead]:
        """Yield nothing: a person has them."""
        yield from ()


@dataclass(frozen=True, slots=True)
class TimestampWitness:
    """A timestamp service; its answers lie beside the heads in the store."""

    name: str
    service: str
    store: Store
    anchors: Path
    at_once: bool = False
    readable: bool = True

    def hand_over(self, head: Head) -> None:
        """Have the head's digest stamped, and keep the answer in every copy of the store."""
        try:
            token = asyncio.run(
                HTTPTimeStamper(self.service, timeout=30).async_timestamp(bytes.fromhex(head.digest), "sha256")
            )
        except (TimestampRequestError, OSError, ValueError) as error:
            _log.warning("A timestamp service gave no timestamp: %s", error)
            raise StoreFailed(
                _(
                    "The timestamp service {name} gave no timestamp: see that this machine reaches it, "
                    "and run again later."
                ).format(name=self.name)
            ) from error
        for backend in self.store.copies.values():
            keep(backend, head)
            keep_timestamp(backend, head, token.dump())

    def heads(self) -> Iterator[KeptHead]:
        """Yield the heads that are stamped; one whose timestamp does not hold has none."""
        anchors = timestamp_anchors(self.anchors)
        for backend in self.store.copies.values():
            heads = {one.number: one.head for one in kept_heads(backend)}
            for number, digest, token in kept_timestamps(backend):
                holds = asyncio.run(_holds(token, digest, anchors))
                yield KeptHead(number, digest, heads.get(number) if holds else None)


async def _holds(token: bytes, digest: str, anchors: Sequence[x509.Certificate]) -> bool:
    """Say whether a token is a trusted timestamp over a digest, judged at its own time."""
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        stamped_at = signed["encap_content_info"]["content"].parsed["gen_time"].native
        context = ValidationContext(trust_roots=list(anchors), allow_fetching=False, moment=stamped_at)
        found = await validate_tst_signed_data(signed, context, lambda _algorithm: bytes.fromhex(digest))
        status = TimestampSignatureStatus(**found)
        return bool(status.intact and status.valid and status.trusted)
    except (ValueError, TypeError, KeyError, AttributeError, PathError, SignatureValidationError):
        return False


def open_witnesses(places: Sequence[str], store: Store, anchors: Path, write: Write) -> list[Witness]:
    """Open the witnesses at these addresses. Raises `WrongUse` for an address of no known kind."""
    found: list[Witness] = []
    for place in places:
        parts = urlparse(place)
        shown = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
        if parts.scheme == "mailto" and "@" in parts.path:
            found.append(MailWitness(_("the archivist's mailbox"), parts.path, write))
        elif parts.scheme in {"http", "https"}:
            found.append(TimestampWitness(shown, place, store, anchors))
        elif parts.scheme in {"file", "s3", "gs", "az"}:
            found.append(BlobWitness(shown, open_backend(place)))
        else:
            raise WrongUse(_("AVTALEFLYT_WITNESS takes s3://…, file:///…, mailto:… and https://…, apart by spaces."))
    return found


def hand_over(register: Register, store: Store, witnesses: Sequence[Witness]) -> list[str]:
    """Hand the newest head to each, with an event; return why not where one did not take it. None stops another.

    What was handed over lies in every copy of the store as well, so that a head that is missing anywhere is noticed.
    """
    problems = []
    with register.read() as session:
        head = newest_head(session)
    if head is None:
        return []
    for backend in store.copies.values():
        keep(backend, head)
    for witness in witnesses:
        try:
            witness.hand_over(head)
        except AvtaleflytError as error:
            problems.append(
                _("The head of the history was not handed to {name}: {error}").format(name=witness.name, error=error)
            )
            continue
        with register.write() as transaction:
            details = {"head": head.label, "to": witness.name, "kept": list(store.copies)}
            transaction.note("witnessed", None, "the head was handed over", details)
    return problems


def first_event_at(register: Register) -> datetime | None:
    """Return the instant of the history's first event, None for a history without any."""
    with register.read() as session:
        return session.execute(select(Event.at).order_by(Event.number).limit(1)).scalar()


def last_handed_over(register: Register, name: str = "") -> Event | None:
    """Return the event of the last time that a witness took a head; of any witness without a name."""
    with register.read() as session:
        wanted = select(Event).where(Event.kind == "witnessed").order_by(Event.number.desc())
        return next((one for one in session.execute(wanted).scalars() if name in {"", one.details.get("to")}), None)
