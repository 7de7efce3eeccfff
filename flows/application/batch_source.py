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

from flows.application.context import Context
from flows.errors import StoreDamaged
from flows.intake import is_address
from flows.language import translate as _
from flows.register import Batch, Transaction
from flows.register.batch_schema import BatchFile, Upload

LIFE = timedelta(days=14)
"""How long the file of a batch is kept."""
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
def readable_source(context: Context, batch_id: str) -> Iterator[str]:
    """Give an address or a path to read a batch's cases from, for as long as the block lasts.

    Raises `StoreDamaged` if the kept file is not the one that was kept.
    """
    with context.register.read() as session:
        source, kept = session.get_one(Batch, batch_id).source, session.get(BatchFile, batch_id)
        name, content, digest = (kept.name, kept.content, kept.sha256) if kept else ("", b"", "")
    if not digest:
        yield source
        return
    if hashlib.sha256(content).hexdigest() != digest:
        raise StoreDamaged(
            _("The file {name} of this batch was changed in the database: start it anew.").format(name=name)
        )
    with TemporaryDirectory(prefix="avtaleflyt-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield str(path)
