"""List agreements by the names of the parties: who has signed, who is next, until when, and who declined and why."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from flows.agreements.types import types
from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.application.new_files import check_free, new_file
from flows.dates import oslo_date
from flows.errors import ProviderError, WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.register import Agreement, SignatureRequest, State, Version
from flows.register.schema import Json
from flows.register.states import RequestState
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

    `reason` is what was given where a request ended without a signature, and `declined_by` who declined.
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
        """How many have signed: «1 av 2»; empty where nothing is out."""
        if not self.signers:
            return ""
        number = sum(one.signed for one in self.signers)
        return _("{number} of {total}").format(number=number, total=len(self.signers))

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)


def list_agreements(context: Context, words: Sequence[str] = (), states: Sequence[str] = ()) -> list[ListedAgreement]:
    """Return the agreements in these states in which each word occurs, by municipality and name; without any, all.

    A word may be part of a name, of a title or of a state, a municipality's number, or how an id begins. Raises
    `NotAllowed`, and `WrongUse` for a state that there is not.
    """
    authorize(context, Action.SEARCH)
    unknown = [one for one in states if one not in set(State)]
    if unknown:
        raise WrongUse(
            _("There is no state «{state}»; choose among {states}.").format(state=unknown[0], states=", ".join(State))
        )
    asked = [one.casefold() for one in words]
    found = [one for one in _all(context, states) if all(_has(one, word) for word in asked)]
    return sorted(found, key=lambda one: (one.municipality.casefold(), one.counterpart.casefold(), one.valid_from))


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


def _all(context: Context, states: Sequence[str]) -> list[ListedAgreement]:
    wanted = select(Agreement, Version.case).join(
        Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version)
    )
    if states:
        wanted = wanted.where(Agreement.state.in_(list(states)))
    with context.register.read() as session:
        rows = session.execute(wanted).all()
        order = (SignatureRequest.version, SignatureRequest.attempt)
        requests = {
            (one.agreement_id, one.version): one
            for one in session.execute(select(SignatureRequest).order_by(*order)).scalars()
        }
    return [_listed(agreement, case, requests.get((agreement.id, agreement.version))) for agreement, case in rows]


def _listed(agreement: Agreement, case: Json, request: SignatureRequest | None) -> ListedAgreement:
    kind = types().get(agreement.type)
    signatories = kind.signatories(kind.case.model_validate(case)) if kind else ()
    municipality = signatories[0].organisation if signatories else ""
    other = signatories[-1] if signatories else None
    signers = tuple(_signer(one) for one in request.signers) if request else ()
    is_open = request is not None and request.status == RequestState.OPEN
    waiting = [one for one in signers if one.at is None]
    declined = [one for one in signers if one.at is not None and not one.signed]
    was_declined = request is not None and request.status == RequestState.DECLINED
    return ListedAgreement(
        id=agreement.id,
        type=agreement.type,
        title=kind.title if kind else agreement.type,
        state=agreement.state,
        municipality_number=agreement.municipality_number,
        municipality=municipality or agreement.municipality_number,
        counterpart=(other.organisation or other.name) if other else "",
        valid_from=agreement.valid_from,
        signers=signers,
        next=waiting[0].name if is_open and waiting else "",
        until=oslo_date(request.deadline) if request is not None and is_open else None,
        declined_by=declined[0].name if was_declined and declined else "",
        reason=request.reason if request else "",
    )


def _signer(signer: Json) -> ListedSigner:
    at = datetime.fromisoformat(signer["at"]) if signer.get("at") else None
    return ListedSigner(signer["order"], signer["name"], signer.get("status") or "", bool(signer.get("signed")), at)


def _has(one: ListedAgreement, word: str) -> bool:
    texts = (one.title, one.state, translate(one.state), one.municipality_number, one.municipality, one.counterpart)
    people = (each.name for each in one.signers)
    return one.id.startswith(word) or any(word in text.casefold() for text in (*texts, *people))
