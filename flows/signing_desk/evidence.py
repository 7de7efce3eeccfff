"""The evidence of a request: who did what and when, and the digest of every revision of its document."""

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization

from flows.signing_desk.service import Desk
from flows.signing_desk.statuses import RequestStatus

NO_ASSURANCE = "none: whoever held a signer's link could sign"


def evidence_of(desk: Desk, request_id: str) -> dict[str, Any]:
    """Return the evidence as JSON values. Times are UTC; e-mail addresses and links are left out."""
    with desk.database.reading() as connection:
        request = desk.read(connection, request_id)
        revisions = connection.execute(
            "SELECT number, length, sha256 FROM revisions WHERE request = ? ORDER BY number", (request_id,)
        ).fetchall()
        events = connection.execute(
            "SELECT at, who, what, details FROM events WHERE request = ? ORDER BY number", (request_id,)
        ).fetchall()
    happened = [dict(event) for event in events]
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
                "status": request.turn(signer),
                "signed_at": _text(signer.signed_at),
                "field": f"Signatur{signer.order}" if signer.signed_at else None,
                "certificate": signer.certificate,
            }
            for signer in request.signers
        ],
        "revisions": [dict(revision) for revision in revisions],
        "events": happened,
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
