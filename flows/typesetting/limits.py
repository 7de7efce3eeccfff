"""Limit how much text a document holds and how long it takes: past either, `DocumentRefused` is raised."""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.typesetting.docx.package import Package

#: More than any agreement holds; as much is typeset in 15 seconds.
PARAGRAPHS, RUNS, SIGNS = 15_000, 80_000, 1_500_000
#: Letters of the longest word: a longer one would run past the edge of the page.
LONGEST_WORD = 20_000
#: Seconds for one document.
TIME = 60.0
_MARKUP = re.compile(rb"<[^>]*>")


def check_size(package: Package) -> None:
    """Raise `DocumentRefused` for a document so large that it would take minutes, counted before any XML is parsed."""
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
    """Return whether `in_time` can end what takes too long: only in the main thread, by an alarm."""
    return threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")


@contextmanager
def in_time(seconds: float = TIME) -> Iterator[None]:
    """Raise `DocumentRefused` in the block after so many seconds; without effect where `can_limit_time` is False."""
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
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # repeated, in case code on the way catches the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
