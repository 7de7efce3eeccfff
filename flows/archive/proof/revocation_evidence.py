"""Put into a PDF what its signatures are judged by when certificates have run out: their chains, and their revocation.

It goes into the document security store (DSS; ETSI EN 319 142-1, 5.4.2): the certificates of every signer's and every
timestamp's chain, and a CRL or an OCSP response for each, fetched from where the certificates say.
"""

import asyncio
import io
from collections.abc import Sequence

from asn1crypto import x509
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.dss import collect_validation_info
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

from flows.archive.proof.trust_anchors import ProviderAnchors
from flows.pdf_updates import AppendingPdfWriter

_SECONDS = 10
"""A service that tells of revocation has so long to answer."""


def with_revocation_evidence(pdf: bytes, anchors: ProviderAnchors) -> bytes:
    """Return the PDF with the evidence for every signature and timestamp appended, as far as somebody tells it.

    It is the same PDF where nothing can be added. Raises what pyHanko raises for a PDF that it cannot read.
    """
    writer = AppendingPdfWriter(pdf)
    modified = False
    for signature in writer.prev.embedded_signatures:
        trusted = anchors.signers if signature.sig_object_type == "/Sig" else anchors.timestamps
        modified |= _add(writer, signature, tuple({*trusted, *anchors.timestamps}))
    if not modified:
        return pdf
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def fetching_context(trusted: Sequence[x509.Certificate], known: Sequence[x509.Certificate] = ()) -> ValidationContext:
    """Return a validation context for now, which fetches what tells of revocation where certificates say."""
    return ValidationContext(
        trust_roots=list(trusted),
        other_certs=list(known),
        allow_fetching=True,
        fetcher_backend=RequestsFetcherBackend(per_request_timeout=_SECONDS),
        retroactive_revinfo=True,  # what is made when it is asked for is younger than the question
    )


def _add(writer: BasePdfFileWriter, signature: EmbeddedPdfSignature, trusted: Sequence[x509.Certificate]) -> bool:
    """Add the evidence for one signature and its timestamp; say whether there was any that the file had not."""
    context = fetching_context(trusted, _known_certificates(writer))
    try:
        paths = asyncio.run(collect_validation_info(signature, context))
    except (PathError, ValidationError, ValueError):  # run out or unknown by now: nobody tells of its revocation
        return False
    found = DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=paths, validation_context=context)
    return bool(found.modified)


def _known_certificates(writer: BasePdfFileWriter) -> list[x509.Certificate]:
    try:
        return list(DocumentSecurityStore.read_dss(writer).load_certs())
    except NoDSSFoundError:
        return []
