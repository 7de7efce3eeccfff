"""Heads: after every write transaction one that tells what the register holds, linked to the one before and signed.

The key is not in the database. Whoever can write there can make rows and events look right, but no head; and heads that
were handed to another place (`archive.witness`) show a history that was rewritten or shortened.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from flows.errors import ComponentMissing, WrongUse
from flows.language import translate as _
from flows.register.events import START, canonical, chain_head
from flows.register.history_schema import SignedHead, UncoveredTable
from flows.register.row_digests import COVERED, changed_rows, stored_rows
from flows.register.schema import Json

_PRIVATE, _PUBLIC = "head.pem", "head.pub.pem"
_TOGETHER = 500
_NEWEST = select(SignedHead).order_by(SignedHead.number.desc()).limit(1)
_UNCOVERED = select(UncoveredTable)
"""Statements of every write transaction, built once: that takes as long as to execute them."""
FINGERPRINT = 16
"""Hex digits of a key's fingerprint: the beginning of the SHA-256 of its raw public key."""


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it is handed out: without the rows, of which it has the digest."""

    number: int
    at: str
    event: int
    event_digest: str
    rows_sha256: str
    previous: str
    key: str = ""
    signature: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of all that is signed: what links the next head to this one."""
        said = [self.number, self.at, self.event, self.event_digest, self.rows_sha256, self.previous]
        return hashlib.sha256(canonical(said)).hexdigest()

    @property
    def label(self) -> str:
        """Number and digest, as a person passes them on: `1204-9f3c…`."""
        return f"{self.number}-{self.digest}"

    def as_text(self) -> bytes:
        """Return the head as one line of JSON."""
        names = ("number", "at", "event", "event_digest", "rows_sha256", "previous", "key", "signature")
        return canonical({name: getattr(self, name) for name in names} | {"digest": self.digest}) + b"\n"

    @classmethod
    def from_text(cls, content: bytes) -> Self | None:
        """Return the head that a text holds, None unless it is exactly what `as_text` writes."""
        try:
            said = json.loads(content)
            said.pop("digest")
            head = cls(**said)
            return head if head.as_text() == content else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class HeadSigner:
    """The key that heads are signed with, its fingerprint, and the public keys that signed before it."""

    key: Ed25519PrivateKey
    fingerprint: str
    former: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)

    @property
    def keys(self) -> "TrustedKeys":
        """The public keys that heads may be signed with."""
        return {**self.former, self.fingerprint: self.key.public_key()}

    def sign(self, digest: str) -> str:
        """Return the signature over a head's digest, in hex."""
        return self.key.sign(bytes.fromhex(digest)).hex()


TrustedKeys = Mapping[str, Ed25519PublicKey]
"""The public keys that heads may be signed with, by fingerprint."""


def fingerprint_of(key: Ed25519PublicKey) -> str:
    """Return the fingerprint of a public key."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:FINGERPRINT]


def is_signed(head: Head, keys: TrustedKeys) -> bool:
    """Say whether one of the keys signed the head."""
    key = keys.get(head.key)
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(head.signature), bytes.fromhex(head.digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def append_head(session: Session, now: datetime, signer: HeadSigner | None) -> None:
    """Write the head of the transaction that ends now; none where it changed nothing that is covered."""
    session.flush()
    rows = _with_uncovered(session, changed_rows(session))
    chain = chain_head(session)
    last = newest_head(session)
    if not rows and chain.number == (last.event if last else 0):
        return
    add_head(session, last, now, rows, signer)


def _with_uncovered(session: Session, changed: Json) -> Json:
    """Return the rows that a transaction changed, and those of tables that no head has told of before."""
    uncovered = session.execute(_UNCOVERED).scalars().all()
    for one in uncovered:
        table = next(table for table in COVERED if table.__tablename__ == one.name)
        changed = {name: change for name, change in changed.items() if not name.startswith(f"{one.name}:")}
        changed |= {row.name: [None, row.digest] for row in stored_rows(session, table)}
        session.delete(one)
    session.flush()
    return changed


def add_head(session: Session, last: Head | None, now: datetime, rows: Json, signer: HeadSigner | None) -> Head:
    """Write a head behind the last one, whatever changed."""
    chain = chain_head(session)
    previous = last.digest if last else START
    number = last.number + 1 if last else 1
    made = SignedHead(
        number=number, at=now, event=chain.number, event_digest=chain.digest, rows=rows, previous=previous
    )
    head = head_of_row(made)
    made.digest = head.digest
    if signer is not None:
        made.key, made.signature = signer.fingerprint, signer.sign(head.digest)
    session.add(made)
    session.flush()
    return head_of_row(made)


def head_of_row(row: SignedHead) -> Head:
    """Return a head as it is handed out."""
    rows = hashlib.sha256(canonical(row.rows)).hexdigest()
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return Head(row.number, at, row.event, row.event_digest, rows, row.previous, row.key or "", row.signature or "")


def cover_rows_as_they_stand(session: Session) -> None:
    """Write heads, which nobody signs, over rows that were written before there were heads."""
    database = inspect(session.connection())
    there = [table for table in COVERED if database.has_table(table.__tablename__)]  # others come with later migrations
    last, rows = None, {}
    for table in there:
        columns = {one["name"] for one in database.get_columns(table.__tablename__)}
        names = [name for name in COVERED[table] if name in columns]
        for row in stored_rows(session, table, names=names):
            rows[row.name] = [None, row.digest]
            if len(rows) == _TOGETHER:
                last, rows = add_head(session, last, datetime.now(UTC), rows, None), {}
    if rows or chain_head(session).number:
        add_head(session, last, datetime.now(UTC), rows, None)


def newest_head(session: Session) -> Head | None:
    """Return the newest head, None where nothing has happened yet."""
    row = session.execute(_NEWEST).scalar_one_or_none()
    return head_of_row(row) if row else None


def trusted_keys(folder: Path) -> TrustedKeys:
    """Return the public keys in a folder: of every `*.pem`, private or public. Raises `WrongUse` for a broken one."""
    found = {}
    for path in sorted(folder.glob("*.pem")):
        try:
            content = path.read_bytes()
        except PermissionError:  # the private key is the program's alone; its public half lies beside it
            continue
        try:
            key = (
                load_pem_public_key(content)
                if b"PUBLIC KEY" in content
                else load_pem_private_key(content, None).public_key()
            )
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise WrongUse(_("{path} holds no Ed25519 key; remove it from there.").format(path=path))
        found[fingerprint_of(key)] = key
    return found


def signer_in(folder: Path, last: str = "") -> HeadSigner:
    """Return the key of a folder, `head.pem`; a new one where there is none.

    `last` is the key that signed the newest head: a folder without it is the wrong one, and raises `ComponentMissing`.
    Old public keys stay there, so that old heads can be verified.
    """
    path = folder / _PRIVATE
    if not path.exists():
        if last and last not in trusted_keys(folder):
            raise ComponentMissing(
                _(
                    "The key that signs the register's heads is not in {folder}: put {name} back there, or name its "
                    "folder in AVTALEFLYT_HEAD_KEYS."
                ).format(folder=folder, name=_PRIVATE)
            )
        _make(folder)
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise ComponentMissing(
            _("The key {path} that signs the register's heads cannot be read by this account.").format(path=path)
        ) from error
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongUse(_("{path} holds no private Ed25519 key: put the right one back.").format(path=path))
    return HeadSigner(key, fingerprint_of(key.public_key()), trusted_keys(folder))


def keep_public_key(folder: Path, key: Ed25519PublicKey) -> None:
    """Put a public key into the folder, so that heads that it signed can be verified."""
    public = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{fingerprint_of(key)}.pub.pem").write_bytes(public)


def _make(folder: Path) -> None:
    """Write a new key and its public half; where two programs try at once, the first one's counts."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    draft = folder / f".{_PRIVATE}-{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, folder / _PRIVATE)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / _PUBLIC).write_bytes(public)
