"""The manifest of a backup, `backup.json`: what it holds, how its register ended, and the program's signature."""

import hashlib
import json
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from flows.errors import StoreDamaged, WrongUse
from flows.language import translate as _
from flows.register.events import canonical
from flows.register.signed_heads import Head, HeadSigner, TrustedKeys, fingerprint_of

REGISTER, STORE, _MANIFEST = "register.db", "store", "backup.json"


@dataclass(frozen=True, slots=True)
class BackupTrust:
    """Whose backups are taken: those signed by one of `keys`, or by the key with the fingerprint `accepted`.

    `unsigned` takes those of a version of the program that did not sign them.
    """

    keys: TrustedKeys
    accepted: str = ""
    unsigned: bool = False


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What a backup holds. `head` is None, and `event` the last event, for backups made before there were heads."""

    records: int
    blobs: int
    damaged: list[str]
    head: Head | None
    register_sha256: str
    taken_at: str
    event: int = 0
    key: Ed25519PublicKey | None = None

    def keys(self, trust: BackupTrust | None) -> TrustedKeys:
        """Return the keys that may have signed its heads: those known here, and the one that was accepted."""
        known = dict(trust.keys) if trust else {}
        return known | ({fingerprint_of(self.key): self.key} if known and self.key else {})

    def write(self, folder: Path, signer: HeadSigner | None) -> None:
        """Write the manifest, signed if there is a key: a folder that has one is a finished backup."""
        said: dict[str, Any] = {"records": self.records, "blobs": self.blobs, "damaged": self.damaged}
        said |= {"head": asdict(self.head) if self.head else None, "register_sha256": self.register_sha256}
        said["taken_at"] = self.taken_at
        if signer is not None:
            public = signer.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            said["public_key"] = public.hex()
            said["signature"] = signer.sign(_digest(said))
        (folder / _MANIFEST).write_text(json.dumps(said, indent=2))

    @classmethod
    def read(cls, folder: Path, trust: BackupTrust | None) -> Self:
        """Read a manifest and compare register and signature with it. Raises `WrongUse`, `StoreDamaged`."""
        if not (folder / _MANIFEST).exists():
            raise WrongUse(
                _("{folder} is no finished backup: it has no {finished}.").format(folder=folder, finished=_MANIFEST)
            )
        for name in (_MANIFEST, REGISTER):
            path = folder / name
            if not path.exists() or not stat.S_ISREG(path.lstat().st_mode):
                raise StoreDamaged(_("{path} in the backup is missing or no regular file.").format(path=name))
        try:
            said = json.loads((folder / _MANIFEST).read_bytes())
            if "head" not in said:
                _check_old(trust)
                return cls(said["records"], said["blobs"], list(said["damaged"]), None, "", "", int(said["event"]))
            head = Head(**said["head"])
            counted = int(said["records"]), int(said["blobs"]), list(said["damaged"])
            digest, taken_at = str(said["register_sha256"]), str(said["taken_at"])
        except (ValueError, TypeError, KeyError) as error:
            raise StoreDamaged(
                _("{name} of the backup cannot be read: it was changed or not written to its end.").format(
                    name=_MANIFEST
                )
            ) from error
        key = _check_signature(said, trust) if trust is not None else None
        if sha256_of(folder / REGISTER) != digest:
            raise StoreDamaged(_("The backup's register was changed after the backup was made; nothing is restored."))
        return cls(*counted, head, digest, taken_at, key=key)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical({name: value for name, value in said.items() if name != "signature"})).hexdigest()


def _check_old(trust: BackupTrust | None) -> None:
    if trust is not None and not trust.unsigned:
        raise StoreDamaged(
            _(
                "The backup is not signed. If an earlier version of the program made it, add --unsigned; otherwise it "
                "was changed."
            )
        )


def _check_signature(said: Mapping[str, Any], trust: BackupTrust) -> Ed25519PublicKey | None:
    """Return the key that signed a manifest, None for one that nobody signed. Raises `StoreDamaged`."""
    if not said.get("signature"):
        _check_old(trust)
        return None
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["public_key"]))
        key.verify(bytes.fromhex(said["signature"]), bytes.fromhex(_digest(said)))
    except (ValueError, TypeError, KeyError, InvalidSignature) as error:
        raise StoreDamaged(_("The backup's signature does not hold: it was changed after it was made.")) from error
    fingerprint = fingerprint_of(key)
    if fingerprint not in trust.keys and fingerprint != trust.accepted:
        raise StoreDamaged(
            _(
                "The backup is signed with the key {key}, which is not known here. Put its head.pub.pem into the "
                "folder of AVTALEFLYT_HEAD_KEYS, or add --key {key} if that is the key in the archivist's e-mails."
            ).format(key=fingerprint)
        )
    return key
