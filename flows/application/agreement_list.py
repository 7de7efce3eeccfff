"""List agreements by the names of the parties, with who has signed and who is next; write signers' links to a file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flows.agreements.types import types
from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.application.new_files import check_free, new_file
from flows.dates import oslo_date
from flows.errors import ProviderError, WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.register import State
from flows.register.listing_query import ListedWord, ListOrder, ListQuery, Scope, list_page
from flows.register.listing_schema import AgreementListing
from flows.register.records import destroyed_among
from flows.register.schema import Json
from flows.signing.signer_links import links_to_pass_on
from flows.table_workbook import write_table


@dataclass(frozen=True, slots=True)
class ListedSigner:
    """A signer of the newest request: `at` is when they answered, None while they have not."""

    order: int
    name: str
    status: str
    signed: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedAgreement:
    """An agreement with the names of its parties; `next` and `until` while its request is open.

    `reason` says why a request ended without a signature, or that the files were destroyed since; `declined_by` is who
    declined.
    """

    id: str
    type: str
    title: str
    state: str
    municipality_number: str
    municipality: str
    counterpart: str
    valid_from: date
    signers: tuple[ListedSigner, ...]
    next: str
    until: date | None
    declined_by: str
    reason: str

    @property
    def signed(self) -> str:
        """How many have signed: «1 av 2»; empty if there are no signers."""
        if not self.signers:
            return ""
        number = sum(one.signed for one in self.signers)
        return _("{number} of {total}").format(number=number, total=len(self.signers))

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """A page of listed agreements, and how many there are on all pages; `is_more`: there are more than that."""

    agreements: Sequence[ListedAgreement]
    total: int
    is_more: bool = False


def list_agreements(context: Context, words: Sequence[str] = (), states: Sequence[str] = ()) -> list[ListedAgreement]:
    """Return the agreements in these states in which each word occurs, sorted by municipality and name.

    Without words or states that is all of them. A word may be part of a name, of a title or of a state, a
    municipality's number, or how an id begins. Raises `NotAllowed`, and `WrongUse` for an unknown state.
    """
    authorize(context, Action.SEARCH)
    query = ListQuery(words_of(" ".join(words)), states_of(states), order=ListOrder.MUNICIPALITY, size=None)
    return list(page_of_agreements(context, query, None).agreements)


def page_of_agreements(context: Context, query: ListQuery, scope: Scope) -> AgreementPage:
    """Return a page of agreements within a scope. Who may ask, and within which scope, is the caller's to decide."""
    with context.register.read() as session:
        page = list_page(session, query, scope)
        destroyed = destroyed_among(session, [row.agreement_id for row, _signers in page.rows])
    found = [listed(row, signers, is_destroyed=row.agreement_id in destroyed) for row, signers in page.rows]
    return AgreementPage(found, page.total, page.is_more)


def words_of(text: str) -> tuple[ListedWord, ...]:
    """Return the words of a search, each with the states and types whose names contain it."""
    return tuple(
        ListedWord(
            word,
            frozenset(str(one) for one in State if word in f"{one} {translate(one)}".casefold()),
            frozenset(one.name for one in types().values() if word in one.title.casefold()),
        )
        for word in text.casefold().split()
    )


def states_of(names: Sequence[str]) -> frozenset[str]:
    """Return states by name. Raises `WrongUse` for an unknown one."""
    unknown = [one for one in names if one not in set(State)]
    if unknown:
        raise WrongUse(
            _("There is no state «{state}»; choose among {states}.").format(state=unknown[0], states=", ".join(State))
        )
    return frozenset(names)


def write_links(context: Context, target: Path, force: bool = False) -> int:
    """Write every signer's link to a workbook, for passing on; return how many. Whoever has a link can sign.

    Raises `NotAllowed`, `WrongUse` where the provider writes to signers itself or the file is there already, and
    `ProviderError`.
    """
    check_free(target, force)
    rows: list[tuple[str | int | date | None, ...]] = []
    for one in list_agreements(context, states=[State.SENT]):
        for order, link in links_to_pass_on(context.register, context.provider, one.id).items():
            signer = next((each for each in one.signers if each.order == order), None)
            if signer is None:
                raise ProviderError(_("The signing desk names a signer whom the register does not have."))
            if signer.at is None:
                rows.append((one.id, one.municipality, one.title, order, one.counterpart, signer.name, one.until, link))
    headings = (
        (_("Id"), 38),
        (_("Municipality"), 26),
        (_("Agreement"), 30),
        (_("Order"), 8),
        (_("Counterpart"), 28),
        (_("Signer"), 30),
        (_("Until"), 12),
        (_("Link"), 70),
    )
    with new_file(target, force) as draft:
        write_table(draft, _("Links"), headings, rows)
    return len(rows)


def listed(row: AgreementListing, signers: Sequence[Json], *, is_destroyed: bool = False) -> ListedAgreement:
    """Return a row of the list with the signers of its request; `is_destroyed`: its archived files were destroyed."""
    kind = types().get(row.type)
    return ListedAgreement(
        id=row.agreement_id,
        type=row.type,
        title=kind.title if kind else row.type,
        state=row.state,
        municipality_number=row.municipality_number,
        municipality=row.municipality,
        counterpart=row.counterpart,
        valid_from=row.valid_from,
        signers=tuple(_signer(one) for one in signers),
        next=row.next_signer,
        until=oslo_date(row.deadline) if row.deadline else None,
        declined_by=row.declined_by,
        reason=_("The files were destroyed") if is_destroyed else row.reason,
    )


def _signer(signer: Json) -> ListedSigner:
    at = datetime.fromisoformat(signer["at"]) if signer.get("at") else None
    return ListedSigner(signer["order"], signer["name"], signer.get("status") or "", bool(signer.get("signed")), at)
