"""Say where one case stands, for the system that sent it: no names, only roles."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flows.application.authorization import Action, authorized_agreement
from flows.application.context import Context
from flows.dates import oslo_date
from flows.language import translate
from flows.register.agreements import events_of, get_agreement
from flows.register.pending_decisions import action_of, pending_decisions, refresh
from flows.register.schema import Json
from flows.register.sending_wishes import is_to_be_sent
from flows.register.signature_requests import newest_request
from flows.register.states import RequestState


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """Where an agreement stands: its state and since when, its signers while a request is there, and what waits."""

    id: str
    type: str
    state: str
    since: datetime
    to_be_sent: bool
    sent_at: datetime | None
    until: date | None
    signers: tuple[Json, ...]
    waiting: tuple[Json, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "id": self.id,
            "type": self.type,
            "state": self.state,
            "since": self.since.isoformat(),
            "to_be_sent": self.to_be_sent,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "until": self.until.isoformat() if self.until else None,
            "signers": list(self.signers),
            "waiting": list(self.waiting),
        }


def case_standing(context: Context, agreement_id: str) -> CaseStanding:
    """Return where an agreement stands. Raises `NotFound`, also where whoever asks may not see it."""
    authorized_agreement(context, Action.SEE_AGREEMENTS, agreement_id)
    refresh(context.register)
    with context.register.read() as session:
        agreement = get_agreement(session, agreement_id)
        states = [one for one in events_of(session, agreement_id) if one.kind == "state"]
        request = newest_request(session, agreement_id)
        rows = [one for one in pending_decisions(session) if one.agreement_id == agreement_id]
        wanted = is_to_be_sent(session, agreement)
    if request is not None and request.version != agreement.version:
        request = None
    waiting = tuple(
        {
            "kind": one.kind,
            "why": translate(one.why),
            "action": action_of(one),
            "since": one.since.isoformat(),
        }
        for one in rows
    )
    return CaseStanding(
        id=agreement.id,
        type=agreement.type,
        state=agreement.state,
        since=states[-1].at,
        to_be_sent=wanted,
        sent_at=request.sent_at if request else None,
        until=oslo_date(request.deadline) if request and request.status == RequestState.OPEN else None,
        signers=tuple(_signer(one) for one in request.signers) if request else (),
        waiting=waiting,
    )


def _signer(signer: Json) -> Json:
    return {"order": signer["order"], "role": signer["role"], "signed": bool(signer.get("signed")), "at": signer["at"]}
