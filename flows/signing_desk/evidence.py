"""The evidence of a request: who did what and when, and the digest of every revision of its document."""

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from sqlalchemy import select

from flows.signing_desk.service import Desk
from flows.signing_desk.statuses import RequestStatus
from flows.signing_desk.tables import events, revisions

NO_ASSURANCE = "none: whoever held a signer's link could sign"


def evidence_of(desk: Desk, request_id: str) -> dict[str, Any]:
    """Return the evidence as JSON values. Times are UTC; e-mail addresses and links are left out."""
    with desk.database.reading() as connection:
        request = desk.read(connection, request_id)
        grown = connection.execute(
            select(revisions.c.number, revisions.c.length, revisions.c.sha256)
            .where(revisions.c.request == request_id)
            .order_by(revisions.c.number)
        ).mappings()
        document_revisions = [dict(revision) for revision in grown]
        noted = connection.execute(
            select(events.c.at, events.c.who, events.c.what, events.c.details)
            .where(events.c.request == request_id)
            .order_by(events.c.number)
        ).mappings()
        happened: list[dict[Any, Any]] = [dict(event) for event in noted]
    if request.state == RequestStatus.EXPIRED:
        happened.append({"at": _text(request.deadline), "who": "desk", "what": "expired", "details": ""})
    certificate = desk.authority.certificate
    return {
        "reference": request.reference,
        "id": request.id,
        "title": request.title,
        "sent_sha256": request.sha256,
        "state": request.state,
        "reason": request.reason,
        "deadline": _text(request.deadline),
        "identity_assurance": NO_ASSURANCE,
        "authority": {
            "subject": certificate.subject.rfc4514_string(),
            "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
            "pem": certificate.public_bytes(serialization.Encoding.PEM).decode(),
        },
        "signers": [
            {
                "order": signer.order,
                "role": signer.role,
                "name": signer.name,
                "title": signer.title,
                "on_behalf_of": signer.on_behalf_of,
                "language": signer.language,
                "status": request.turn(signer),
                "signed_at": _text(signer.signed_at),
                "field": f"Signatur{signer.order}" if signer.signed_at else None,
                "certificate": signer.certificate,
            }
            for signer in request.signers
        ],
        "revisions": document_revisions,
        "events": happened,
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
