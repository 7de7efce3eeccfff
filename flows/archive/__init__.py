"""The archive: keep signed agreements byte for byte with their proof, and export them as Noark 5 at any time.

In: the signed PDF from the provider, the PDF that was sent, and the signers that the register expects.
Out: a record with its files, its validation report and its dates; or the same record quarantined, with the reasons.
What can go wrong: a missing or changed blob raises `StoreDamaged`, one that cannot be written `StoreFailed`. An invalid
signature is no exception but a reason for quarantine. A stored blob is never overwritten.

`store` keeps blobs by digest (`blob_backends`), `signatures` validates a signed PDF, `ingest` makes the record,
`quarantine` and `access` record decisions about it, `verification` proves it later and `history` the register behind,
`witness` hands the history's heads outside, `search` finds it, `fixity` checks blobs at night, `exports` and `noark`
write packages, `destruction` removes files.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.archive.ingest import SignedFiles, file_signed, keep_evidence
    from flows.archive.store import Store, blob_path, make_bucket, open_store, sha256
    from flows.archive.verification import ArchiveFault, check_archive

__all__ = [
    "ArchiveFault",
    "SignedFiles",
    "Store",
    "access",
    "atomic_folder",
    "backup",
    "backup_manifest",
    "blob_path",
    "check_archive",
    "destruction",
    "exports",
    "file_signed",
    "fixity",
    "history",
    "ingest",
    "keep_evidence",
    "make_bucket",
    "noark",
    "open_store",
    "outgoing_names",
    "pronom_formats",
    "proof",
    "quarantine",
    "repair",
    "search",
    "second_person",
    "sha256",
    "watched_store",
    "witness",
]

#: The module of each name. A name is imported when it is first used: the process that judges signed files needs neither
#: register nor store, and a command that needs the store starts without what judges.
_PLACES = {
    "ArchiveFault": "verification",
    "SignedFiles": "ingest",
    "Store": "store",
    "blob_path": "store",
    "check_archive": "verification",
    "file_signed": "ingest",
    "keep_evidence": "ingest",
    "make_bucket": "store",
    "open_store": "store",
    "sha256": "store",
}


def __getattr__(name: str) -> object:
    """Import a name of this room's face when it is first used."""
    if name not in _PLACES:
        raise AttributeError(name)
    found = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = found
    return found
