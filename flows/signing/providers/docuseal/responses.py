"""Parse DocuSeal's responses: submissions and their submitters, links to files, errors."""

import re
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel

from flows.signing.port import RequestStatus, SentRequest, SignerStatus
from flows.signing.providers.http_calls import ProviderResponse

_CAME_BACK = {"bounce_email", "complaint_email"}
_ABOUT_MAIL = _CAME_BACK | {"send_email", "send_reminder_email"}


class Submitter(BaseModel):
    """One signer."""

    id: int
    submission_id: int | None = None
    email: str | None = None
    name: str | None = None
    external_id: str | None = None
    status: str = ""
    completed_at: AwareDatetime | None = None
    declined_at: AwareDatetime | None = None

    @property
    def order(self) -> int:
        """Return our order of the signer from its external id; 0 if the id is not ours."""
        found = re.search(r"-s([0-9]{1,2})$", self.external_id or "")
        return int(found[1]) if found else 0

    @property
    def reference(self) -> str:
        """Return our reference from the signer's external id; empty if the id is not ours."""
        return re.sub(r"-s[0-9]{1,2}$", "", self.external_id) if self.external_id and self.order else ""


class SubmissionEvent(BaseModel):
    """An event of a submission, such as a refusal with its reason."""

    event_type: str
    submitter_id: int | None = None
    event_timestamp: AwareDatetime | None = None
    data: dict[str, Any] | None = None


class Submission(BaseModel):
    """A submission."""

    id: int
    name: str | None = None
    status: str = "pending"
    archived_at: AwareDatetime | None = None
    expire_at: AwareDatetime | None = None
    audit_log_url: str | None = None
    submitters: list[Submitter] = []
    submission_events: list[SubmissionEvent] = []

    @property
    def reference(self) -> str:
        """Return our reference, if all submitters have the same one."""
        found = {one.reference for one in self.submitters}
        return found.pop() if len(found) == 1 else ""

    def outcome(self, now: datetime) -> tuple[RequestStatus, str]:
        """Return the status in terms of the port, and the reason of a refusal; a cancelled one is still `pending`."""
        if self.status == "completed":
            return RequestStatus.SIGNED, ""
        if self.status == "declined":
            reasons = [
                one.data.get("reason")
                for one in self.submission_events
                if one.event_type == "decline_form" and one.data
            ]
            return RequestStatus.DECLINED, next((reason for reason in reasons if isinstance(reason, str)), "")
        if self.archived_at is not None:
            return RequestStatus.CANCELLED, ""
        if self.status == "expired" or (self.expire_at is not None and self.expire_at <= now):
            return RequestStatus.EXPIRED, ""
        return RequestStatus.OPEN, ""

    def moved_to(self, deadline: datetime | None) -> datetime | None:
        """Return the end where somebody has moved it away from our deadline, otherwise None."""
        end = self.expire_at
        return end if end and deadline and abs(end - deadline) > timedelta(minutes=1) else None

    def trouble(self) -> str:
        """Return the trouble to look at: the newest e-mail to a signer who has not answered came back."""
        waiting = {one.id for one in self.submitters if one.completed_at is None and one.declined_at is None}
        told = [
            (one.event_timestamp, one.event_type, one.submitter_id or 0)
            for one in self.submission_events
            if one.event_timestamp is not None
        ]
        newest = {whom: kind for _, kind, whom in sorted(told) if kind in _ABOUT_MAIL and whom in waiting}
        return "mail_returned" if _CAME_BACK & set(newest.values()) else ""

    def signers(self) -> list[SignerStatus]:
        """Return each signer's status in order."""
        ordered = sorted(self.submitters, key=lambda one: (one.order, one.id))
        return [
            SignerStatus(one.order, one.status, one.completed_at or one.declined_at, one.completed_at is not None)
            for one in ordered
        ]

    def sent(self) -> SentRequest:
        """Return the submission as a sent request."""
        ids = {one.order: str(one.id) for one in self.submitters}
        addresses = {one.order: one.email for one in self.submitters if one.email}
        return SentRequest(str(self.id), signer_ids=ids, title=self.name or "", addresses=addresses)


class SubmitterList(BaseModel):
    """Submitters with one of our external ids."""

    data: list[Submitter]


class SubmissionList(BaseModel):
    """A page of submissions."""

    data: list[Submission]


class File(BaseModel):
    """A file by its link, which expires."""

    name: str = ""
    url: str


class FileList(BaseModel):
    """The files of a submission; previews, until it is completed."""

    documents: list[File]


def told(answer: ProviderResponse) -> str:
    """Return the status alone, since error texts may name persons."""
    return str(answer.status)
