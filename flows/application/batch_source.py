"""What a batch's cases are read from, on whichever machine: an address, or the file that it was started with.

A file is kept in the register for as long as an upload is, so that a worker elsewhere reads the same bytes, and not
what lies at that path of its own. It holds personal data, which is why it is not in the store: that forgets nothing.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.errors import NotFound, StoreDamaged
from flows.intake import is_address
from flows.language import translate as _
from flows.register import Batch, Transaction
from flows.register.batch_schema import BatchFile, Upload

LIFE = timedelta(days=14)
"""How long the file of a batch is kept."""
PREFIX = "batch:"
"""Beginning of a source that is the file of a batch."""
MOST_BYTES = 10 * 1024 * 1024
"""Largest file that is kept; a larger one is read on the machine where it lies."""


def content_to_keep(source: str) -> bytes | None:
    """Return the bytes of a source that other machines cannot reach; None for an address, and for what is too large.

    A file that cannot be read is told of when its cases are.
    """
    path = Path(source)
    try:
        if is_address(source) or not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        return path.read_bytes()
    except OSError:
        return None


def is_upload(context: Context, batch_id: str) -> bool:
    """Say whether a batch is a file that somebody uploaded at the workplace."""
    with context.register.read() as session:
        return session.get(Upload, batch_id) is not None


def keep_file(transaction: Transaction, batch: Batch, content: bytes) -> None:
    """Keep the file that a batch is started with."""
    kept = BatchFile(batch_id=batch.id, name=Path(batch.source).name, content=content)
    kept.sha256, kept.expires_at = hashlib.sha256(content).hexdigest(), transaction.now + LIFE
    transaction.session.add(kept)


@contextmanager
def named_source(context: Context, source: str) -> Iterator[str]:
    """Give what a person calls a source: a path or an address as it is, the kept file of a batch by `batch:ID`.

    Raises `NotFound` for a batch that there is not, or whose file is no longer kept, and `NotAllowed`.
    """
    if not source.startswith(PREFIX):
        yield source
        return
    authorize(context, Action.TAKE_IN)
    batch_id = source.removeprefix(PREFIX)
    with context.register.read() as session:
        kept = session.get(BatchFile, batch_id) or session.get(Upload, batch_id)
    if kept is None:
        raise NotFound(_("No file of this batch is kept here; files are kept for {days} days.").format(days=LIFE.days))
    with readable_source(context, batch_id) as path:
        yield path


@contextmanager
def readable_source(context: Context, batch_id: str) -> Iterator[str]:
    """Give an address or a path to read a batch's cases from, for as long as the block lasts.

    Raises `StoreDamaged` if the kept file is not the one that was kept.
    """
    with context.register.read() as session:
        source = session.get_one(Batch, batch_id).source
        kept, upload = session.get(BatchFile, batch_id), session.get(Upload, batch_id)
        if kept is None and upload is None:
            name, content = "", b""
        else:
            name, content = (kept.name, kept.content) if kept else (upload.name, upload.content)  # type: ignore[union-attr]
    if not name:
        yield source
        return
    if kept is not None and hashlib.sha256(content).hexdigest() != kept.sha256:
        raise StoreDamaged(
            _("The file {name} of this batch was changed in the database: start it anew.").format(name=name)
        )
    with TemporaryDirectory(prefix="avtaleflyt-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield str(path)
