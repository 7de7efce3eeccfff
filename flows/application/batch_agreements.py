"""The agreements of a batch as pages show them: their documents, and what sending them would mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from flows.agreements.types import types
from flows.application.access import Action
from flows.application.agreement_view import no_such_agreement
from flows.application.case_notices import unreached_signers
from flows.application.context import Context
from flows.application.query_scope import query_scope
from flows.errors import AvtaleflytError, NotFound
from flows.language import translate
from flows.register.agreements import Reception
from flows.register.batches import agreements_in_batch
from flows.register.listing_query import Scope
from flows.register.schema import Agreement, Version

_ORDER = ("unknown", "declined", "quarantined", "expired", "cancelled", "received", "generated", "approved", "sending")


@dataclass(frozen=True, slots=True)
class BatchDocument:
    """An agreement of a batch: its names, state and version, and why its document could not be made."""

    id: str
    version: int
    title: str
    counterpart: str
    municipality: str
    state: str
    signed: str
    next: str
    until: date | None
    reason: str
    pages: int
    refusal: str
    held_back: bool


@dataclass(frozen=True, slots=True)
class SendingSummary:
    """What sending means: how many signers are asked, by which provider, and until when they can sign.

    `writes` says whether the provider writes to signers at all, and `unreached` are the names of those whom it cannot
    write to.
    """

    agreements: int
    signers: int
    provider: str
    days: int
    until: date
    problem: str
    writes: bool
    unreached: Sequence[str]


def batch_documents(context: Context, batch_id: str, scope: Scope) -> Sequence[BatchDocument]:
    """Return the agreements of a batch within a scope: what needs a person first, then by name."""
    with context.register.read() as session:
        rows = agreements_in_batch(session, batch_id, scope)
        ids = [row.agreement_id for row, _reception in rows]
        versions = {
            agreement_id: (number, pages or 0, refusal)
            for start in range(0, len(ids), 500)
            for agreement_id, number, pages, refusal in session.execute(
                select(Agreement.id, Agreement.version, Version.pages, Version.refusal)
                .join(Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version))
                .where(Agreement.id.in_(ids[start : start + 500]))
            )
        }
    found = []
    for row, reception in rows:
        number, pages, refusal = versions[row.agreement_id]
        kind = types().get(row.type)
        found.append(
            BatchDocument(
                id=row.agreement_id,
                version=number,
                title=kind.title if kind else row.type,
                counterpart=row.counterpart,
                municipality=row.municipality,
                state=row.state,
                signed=f"{row.signed} av {row.signers}" if row.signers else "",
                next=row.next_signer,
                until=row.deadline.date() if row.deadline else None,
                reason=row.reason,
                pages=pages,
                refusal=translate(refusal["sentence"]) if refusal else "",
                held_back=reception in {Reception.OUT_FOR_SIGNATURE, Reception.ALREADY_ARCHIVED},
            )
        )
    return sorted(found, key=lambda one: (not one.refusal, _place(one.state)))


def authorized_batch(context: Context, batch_id: str, action: Action) -> tuple[Scope, Sequence[BatchDocument]]:
    """Return where whoever acts may do this, and the batch's agreements there. Raises `NotFound` if it has none."""
    scope = query_scope(context, action)
    documents = batch_documents(context, batch_id, scope)
    if not documents:
        raise NotFound(no_such_agreement())
    return scope, documents


def sending_summary(context: Context, chosen: Sequence[tuple[str, int]]) -> SendingSummary:
    """Return what sending these agreements would mean; `problem` says why it cannot be done now."""
    signers, unreached = 0, []
    with context.register.read() as session:
        for agreement_id, number in chosen:
            version = session.get_one(Version, (agreement_id, number))
            kind = types()[session.get_one(Agreement, agreement_id).type]
            asked = kind.signatories(kind.case.model_validate(version.case))
            signers += len(asked)
            unreached += unreached_signers(context, asked)
    provider, problem, days = "", "", context.settings.signing_days
    try:
        provider = context.provider.name
    except AvtaleflytError as error:
        problem = str(error)
    until = context.today + timedelta(days=days)
    writes = provider != "desk" or bool(context.settings.smtp_url)
    return SendingSummary(len(chosen), signers, provider, days, until, problem, writes, unreached)


def _place(state: str) -> int:
    return _ORDER.index(state) if state in _ORDER else len(_ORDER)
