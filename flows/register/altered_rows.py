"""Say of rows whether they are what the signed history tells of them, before something is done with them at once.

`archive verify` compares every row with the whole history. An e-mail that is about to go out, or a wish to send, cannot
wait for that: the heads are followed from the newest backwards, as far as they are linked and signed, until each of the
rows is told of. So a row that was changed or added in the database alone is found before it does any harm.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.register.history_schema import SignedHead
from flows.register.row_digests import row_name, stored_rows
from flows.register.schema import Base
from flows.register.signed_heads import HeadSigner, head_of_row, is_signed

_AT_ONCE = 100

Key = tuple[object, ...]
"""The primary key of a row."""


def altered_rows(session: Session, table: type[Base], keys: Sequence[Key], signer: HeadSigner | None) -> set[Key]:
    """Return the keys of those rows that are not what the history tells of them, or of which it tells nothing.

    Without `signer` signatures are not looked at, as in a register that has no key.
    """
    names = {row_name(table, key): key for key in keys}
    told = _told(session, names, signer)
    stored = {
        row.name: row.digest
        for start in range(0, len(keys), _AT_ONCE)
        for row in stored_rows(session, table, keys[start : start + _AT_ONCE])
    }
    return {key for name, key in names.items() if name not in told or told[name] != stored.get(name)}


def _told(session: Session, names: Collection[str], signer: HeadSigner | None) -> Mapping[str, str | None]:
    """Return the newest digest of each row by name, as far as the heads are linked and signed."""
    found: dict[str, str | None] = {}
    first_signed = session.execute(select(func.min(SignedHead.number)).where(SignedHead.key != "")).scalar()
    expected = ""
    newest_first = select(SignedHead).order_by(SignedHead.number.desc()).execution_options(yield_per=_AT_ONCE)
    if not names:
        return found
    with session.execute(newest_first) as rows:
        for row in rows.scalars():
            head = head_of_row(row)
            must_be_signed = signer is not None and first_signed is not None and head.number >= first_signed
            if expected not in {"", head.digest} or (must_be_signed and signer and not is_signed(head, signer.keys)):
                break
            expected = head.previous
            for name in (row.rows.keys() & names) - found.keys():
                change = row.rows[name]
                found[name] = change[1] if isinstance(change, list) and len(change) == 2 else None
            if len(found) == len(names):
                break
    return found
