"""Limit the text in a document, and time and memory of a conversion; beyond them, raise `DocumentRefused`."""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.typesetting.docx.package import Package
from flows.typesetting.memory_limit import within_memory

#: More than any agreement holds; as much is typeset in 15 seconds.
PARAGRAPHS, RUNS, SIGNS = 15_000, 80_000, 1_500_000
#: Characters of the longest word: a longer one would run past the edge of the page.
LONGEST_WORD = 20_000
#: Seconds for one document.
TIME = 60.0
#: Megabytes that one document may take: three times what the largest picture needs to be decoded and packed again.
MEMORY = 2048
_MARKUP = re.compile(rb"<[^>]*>")


def check_size(package: Package) -> None:
    """Raise `DocumentRefused` for a document that would take minutes, judged by its size before any XML is parsed."""
    main = package.related("", "officeDocument")
    content = b"" if main is None else package.read(main)
    paragraphs, runs = (len(re.findall(rb"<w:%b[ >]" % name, content)) for name in (b"p", b"r"))
    words = _MARKUP.sub(b"", content).split() if len(content) > LONGEST_WORD else []
    signs = sum(map(len, words))
    if paragraphs > PARAGRAPHS or runs > RUNS or signs > SIGNS:
        raise DocumentRefused(
            _(
                "The document is larger than what can be set: {paragraphs} paragraphs, {runs} runs, {signs} signs."
                " Divide it, or convert it with --engine libreoffice."
            ).format(paragraphs=paragraphs, runs=runs, signs=signs)
        )
    if max(map(len, words), default=0) > LONGEST_WORD:
        raise DocumentRefused(
            _("The document holds a word of more than {count} signs; put spaces in.").format(count=LONGEST_WORD)
        )


def can_limit_time() -> bool:
    """Return whether `in_time` can interrupt: it uses an alarm signal, which only the main thread gets."""
    return threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")


@contextmanager
def within_limits(seconds: float = TIME, megabytes: int | None = None) -> Iterator[None]:
    """Raise `DocumentRefused` in the block after a number of seconds, or where it takes more than `megabytes`.

    `megabytes` is `MEMORY` by default. Like `in_time`, it has an effect in a program's main thread alone.
    """
    most = MEMORY if megabytes is None else megabytes
    try:
        with within_memory(most), in_time(seconds):
            yield
    except MemoryError:
        raise DocumentRefused(
            _("The document needs more than {limit} MB of memory; make it simpler, or its pictures smaller.").format(
                limit=most
            )
        ) from None


@contextmanager
def in_time(seconds: float = TIME) -> Iterator[None]:
    """Raise `DocumentRefused` in the block after a number of seconds; has no effect if `can_limit_time` is False."""
    if not can_limit_time():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise DocumentRefused(
            _("The document was not done within {limit} seconds; make it simpler or smaller.").format(
                limit=round(seconds)
            )
        )

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # repeated, in case other code catches the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
