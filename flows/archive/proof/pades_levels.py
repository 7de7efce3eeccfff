"""Determine the PAdES level of a signature from the evidence in the file."""

from collections.abc import Mapping
from datetime import datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import TimestampSignatureStatus

from flows.archive.pdf_reader import UNREADABLE
from flows.archive.proof.trust_anchors import ProviderAnchors
from flows.archive.proof.validation_time import demanding_context

_PADES = "/ETSI.CAdES.detached"
_NAMES_ITS_CERTIFICATE = {"signing_certificate_v2", "signing_certificate"}


def level_of(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    moment: datetime | None,
    *,
    stamped: bool,
    later: Mapping[int, datetime],
    anchors: ProviderAnchors,
) -> str:
    """Return the level that the evidence in the file proves; nothing is fetched."""
    attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    if signature.sig_object.get("/SubFilter") != _PADES or not attributes & _NAMES_ITS_CERTIFICATE:
        return "CMS"
    if not stamped and not later:
        return "B-B"
    if not _lasts(reader, signature, anchors, moment):
        return "B-T"
    covered = later and _lasts(reader.get_historical_resolver(max(later)), signature, anchors, moment)
    return "B-LTA" if covered else "B-LT"


def _lasts(
    reader: PdfHandler, signature: EmbeddedPdfSignature, anchors: ProviderAnchors, moment: datetime | None
) -> bool:
    """Return whether a file, or an earlier revision, has the complete long-term evidence of a signature."""
    try:
        if not DocumentSecurityStore.read_dss(reader).certs:
            return False
        context = demanding_context(reader, anchors.signers, moment)
        stamp_context = demanding_context(reader, anchors.timestamps, moment)
        status = validate_pdf_signature(signature, context, stamp_context, skip_diff=True)
        return bool(status.trusted and (status.timestamp_validity is None or holds(status.timestamp_validity)))
    except UNREADABLE:
        return False


def holds(stamp: TimestampSignatureStatus | None) -> bool:
    """Return whether a signature timestamp is intact and chains to an anchor."""
    return stamp is not None and stamp.valid and stamp.intact and stamp.trusted
