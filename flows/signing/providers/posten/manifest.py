"""Write the job request and the manifest for Posten, in the order of `portal.xsd` and within its limits.

Both are in docs/protocols.md#creating-a-job.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from lxml import etree

from flows.errors import NotSent
from flows.language import translate as _
from flows.signing.port import Signer, SigningIntent

NAMESPACE = "http://signering.posten.no/schema/v1"
DOCUMENT = "avtale.pdf"
MAX_SIGNERS = 10
MAX_SECONDS = 90 * 24 * 3600
DIRECT_LIFE = timedelta(days=30)
"""How long a direct job lives at Posten, whatever is asked for (digipost/signering-docs, `opprette-oppdrag.rst`)."""
EXITS = {"completion": "signert", "rejection": "avslag", "error": "feil"}
"""What `utfall` says of a signer who comes back from the direct flow, by Posten's word for the address."""
_TITLE = 80


def job_request(reference: str, queue: str) -> bytes:
    """Return the job request."""
    root = _root("portal-signature-job-request")
    _text(root, "reference", reference)
    _text(root, "polling-queue", queue)
    return serialised(root)


def direct_job_request(reference: str, queue: str, return_address: str) -> bytes:
    """Return the job request of the direct flow; signers come back to `return_address` with `?utfall=` and a word."""
    root = _root("direct-signature-job-request")
    _text(root, "reference", reference)
    exits = etree.SubElement(root, _tag("exit-urls"))
    for name, word in EXITS.items():
        _text(exits, f"{name}-url", f"{return_address}?utfall={word}")
    _text(root, "status-retrieval-method", "POLLING")
    _text(root, "polling-queue", queue)
    return serialised(root)


def new_redirect_request() -> bytes:
    """Return what asks for a new address at which one signer of a direct job signs; each can be used once."""
    root = _root("direct-signer-update-request")
    etree.SubElement(root, _tag("redirect-url"))
    return serialised(root)


def direct_manifest(intent: SigningIntent, organisation: str, now: datetime) -> bytes:
    """Return the manifest of a direct job, whose signers are known by our `order`. Raises `NotSent`."""
    _check_number(intent)
    if not now < intent.deadline <= now + DIRECT_LIFE:
        raise NotSent(
            _(
                "Posten's direct flow takes deadlines that end within 30 days:"
                " set AVTALEFLYT_SIGNING_DAYS to 29 or less."
            )
        )
    root = _root("direct-signature-job-manifest")
    for signer in intent.signers:
        one = etree.SubElement(root, _tag("signer"))
        _text(one, "signer-identifier", str(signer.order))
        _text(one, "signature-type", "AUTHENTICATED_ELECTRONIC_SIGNATURE")
        _text(one, "on-behalf-of", "OTHER" if signer.on_behalf_of else "SELF")
    _text(etree.SubElement(root, _tag("sender")), "organization-number", organisation)
    _text(root, "title", intent.title[:_TITLE])
    _document(root, intent)
    _text(root, "required-authentication", "4")
    _text(root, "identifier-in-signed-documents", "NAME")
    return serialised(root)


def manifest(intent: SigningIntent, organisation: str, now: datetime) -> bytes:
    """Return the manifest of a job. Raises `NotSent` if Posten could not reach a signer or would refuse the job."""
    _check_number(intent)
    seconds = ceil((intent.deadline - now).total_seconds())
    if not 0 < seconds <= MAX_SECONDS:
        raise NotSent(
            _("Posten signering takes deadlines that end within 90 days: set AVTALEFLYT_SIGNING_DAYS to 89 or less.")
        )
    root = _root("portal-signature-job-manifest")
    _signers(etree.SubElement(root, _tag("signers")), intent.signers)
    _text(etree.SubElement(root, _tag("sender")), "organization-number", organisation)
    _text(root, "title", intent.title[:_TITLE])
    _text(root, "nonsensitive-title", intent.public_title[:_TITLE])
    _document(root, intent)
    _text(root, "required-authentication", "4")
    _text(etree.SubElement(root, _tag("availability")), "available-seconds", str(seconds))
    _text(root, "identifier-in-signed-documents", "NAME")
    return serialised(root)


def _check_number(intent: SigningIntent) -> None:
    if not 1 <= len(intent.signers) <= MAX_SIGNERS:
        raise NotSent(
            _("Posten signering takes 1 to {max_signers} signers, not {number}.").format(
                max_signers=MAX_SIGNERS, number=len(intent.signers)
            )
        )


def _document(root: etree._Element, intent: SigningIntent) -> None:
    document = etree.SubElement(etree.SubElement(root, _tag("documents")), _tag("document"))
    document.set("href", DOCUMENT)
    document.set("mime", "application/pdf")
    _text(document, "title", intent.title[:_TITLE])


def _signers(parent: etree._Element, signers: Sequence[Signer]) -> None:
    for signer in signers:
        if not signer.email and not signer.mobile:
            raise NotSent(
                _("Signer {order} has neither e-mail nor mobile number; Posten reaches nobody without.").format(
                    order=signer.order
                )
            )
        one = etree.SubElement(parent, _tag("signer"))
        one.set("order", str(signer.order - 1))
        etree.SubElement(one, _tag("identified-by-contact-information"))
        _text(one, "signature-type", "AUTHENTICATED_ELECTRONIC_SIGNATURE")
        notifications = etree.SubElement(one, _tag("notifications"))
        if signer.email:
            etree.SubElement(notifications, _tag("email")).set("address", signer.email)
        if signer.mobile:
            etree.SubElement(notifications, _tag("sms")).set("number", signer.mobile)
        _text(one, "on-behalf-of", "OTHER" if signer.on_behalf_of else "SELF")


def serialised(root: etree._Element) -> bytes:
    """Return an XML document as bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _root(name: str) -> etree._Element:
    return etree.Element(_tag(name), nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # lxml's default namespace


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _tag(name)).text = text
