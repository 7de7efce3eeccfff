"""Say when an agreement was signed by what can be proved; what a signature claims of itself proves nothing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flows.archive.signatures import CLOCKS_DIFFER, PdfValidation


class TimeProof(StrEnum):
    """What proves the time of the last signature: a timestamp, the provider's own account, or the file's arrival."""

    TIMESTAMP = "timestamp"
    PROVIDER = "provider"
    ARRIVAL = "arrival"


def proven_time(
    verdict: PdfValidation, signers: Sequence[Mapping[str, Any]], requested_at: datetime, arrived_at: datetime
) -> tuple[datetime | None, str]:
    """Return when the last signature was made, and what proves it (`TimeProof`); None for a file without signatures.

    `signers` are those of the request, with `at` where the provider told when each signed. A time before the request
    or after the arrival is not believed.
    """
    if not verdict.signatures:
        return None, ""
    earliest, latest = requested_at - CLOCKS_DIFFER, arrived_at + CLOCKS_DIFFER
    stamped = verdict.last_stamped_at
    if stamped is not None and earliest <= stamped <= latest:
        return stamped, TimeProof.TIMESTAMP
    told = [_instant(one.get("at")) for one in signers if one.get("signed")]
    if told and len(told) == len(signers) and all(at is not None and earliest <= at <= latest for at in told):
        return max(at for at in told if at is not None), TimeProof.PROVIDER
    return arrived_at, TimeProof.ARRIVAL


def _instant(written: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
