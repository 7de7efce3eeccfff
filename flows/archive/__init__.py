"""The archive: what was signed comes back byte for byte, with proof, and can leave as Noark 5 any day.

In: a signed PDF as the provider gave it, the PDF that was sent, and the register's word on who should have signed.
Out: a record with its files, its validation report and its dates; or the same record quarantined, with the reasons.
What can go wrong: a blob that is missing or no longer has its digest raises `StoreDamaged`, one that cannot be written
`StoreFailed`; a signature that does not hold is no exception but a reason for quarantine. Nothing that was stored is
ever written again.

`store` keeps blobs by digest (`shelves` are where they lie), `signatures` judges a signed PDF, `filing` makes the
record, `quarantine` and `access` are what a person decides about it, `checking` proves it later, `search` finds it
(`matching` says which), `keeping` looks after it, `leaving` and `noark` let it go, `destruction` ends it.
"""

from flows.archive.ingest import SignedFiles, file_signed
from flows.archive.store import Store, open_store
from flows.archive.verification import Fault, check_archive

__all__ = ["Fault", "SignedFiles", "Store", "check_archive", "file_signed", "open_store"]
