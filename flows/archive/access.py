"""Restrict or open access to archived records: level and legal basis, recorded as an event."""

from flows.archive.ingest import keep_head
from flows.archive.store import Store
from flows.errors import NotAllowed
from flows.language import translate as _
from flows.register import Register
from flows.register.records import amend, get_record

LEVELS = ("Unntatt offentlighet", "Personalsaker", "Klientsaker")
"""M500 of Noark 5: the first is obligatory there, the others may be used."""


def restrict(register: Register, store: Store, record_id: str, level: str, basis: str, why: str) -> None:
    """Restrict the access to a record; an empty level and basis lift the restriction.

    All other metadata stay frozen. Raises `NotFound`, `NotAllowed` for a level that is not in the list or has no basis.
    """
    if (level or basis) and (level not in LEVELS or not basis.strip()):
        raise NotAllowed(
            _("Access is restricted by one of {levels}, with its legal basis.").format(levels=", ".join(LEVELS))
        )
    value = {"level": level, "basis": basis.strip()}
    with register.write() as transaction:
        amend(transaction, get_record(transaction.session, record_id), "access", value, why)
    keep_head(register, store)
