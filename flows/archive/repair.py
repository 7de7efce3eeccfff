"""Repair a damaged blob from the second copy, and record an event."""

from flows.archive.store import Store
from flows.errors import StoreDamaged
from flows.language import translate
from flows.language import translate as _
from flows.register import Register


def read_blob(register: Register, store: Store, digest: str, agreement_id: str | None = None) -> bytes:
    """Return a blob's bytes; one that is damaged in the first copy is mended on the way. Raises `StoreDamaged`."""
    try:
        content = b"".join(store.stream(digest))
    except StoreDamaged:
        content = store.get(digest)
        repair_blob(register, store, "first", digest, agreement_id)
    return content


def repair_blob(register: Register, store: Store, copy: str, digest: str, agreement_id: str | None = None) -> bool:
    """Put a good blob in the place of a damaged one, with an event; False where no other copy is good."""
    if not store.repair(copy, digest):
        return False
    with register.write() as transaction:
        transaction.note(
            "mended",
            agreement_id,
            _("the {copy} copy of a blob was damaged").format(copy=translate(copy)),
            {"digest": digest},
        )
    return True
