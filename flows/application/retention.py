"""Forget what has served its time: e-mails that were delivered, uploads, and files that batches were started with.

Nothing of the archive is touched. Deleting is part of the history like any other change: who reads the heads sees that
the program did it, and when.
"""

from dataclasses import dataclass
from datetime import timedelta

from flows.application.context import Context
from flows.register.batches import remove_expired_files, remove_expired_uploads
from flows.register.mail import remove_delivered


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many e-mails, uploads and files of batches were deleted."""

    mails: int
    uploads: int
    files: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.mails + self.uploads + self.files


def forget_expired(context: Context) -> Forgotten:
    """Delete what is older than it need be; e-mails some hundred in a transaction, so that nobody waits long for it."""
    with context.register.write() as transaction:
        uploads, files = remove_expired_uploads(transaction), remove_expired_files(transaction)
    age = timedelta(days=context.stated_settings.mail_days)
    mails = 0
    while True:
        with context.register.write() as transaction:
            removed = remove_delivered(transaction, transaction.now - age)
        mails += removed
        if not removed:
            return Forgotten(mails, uploads, files)
