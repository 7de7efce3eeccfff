"""What a document may take: so much text, and so much time. Past it a file ends in one sentence, never in a hang."""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.typesetting.docx.package import Package

#: More than any agreement holds, and what is typeset in a quarter of a minute.
PARAGRAPHS, RUNS, SIGNS = 15_000, 80_000, 1_500_000
#: A word that is longer is set past the edge of the page.
LONGEST_WORD = 20_000
#: Seconds for one document.
TIME = 60.0
_MARKUP = re.compile(rb"<[^>]*>")


def check_size(package: Package) -> None:
    """Raise `DocumentRefused` for a document that would take minutes; it is counted before any XML is parsed."""
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


def clock_rings() -> bool:
    """Return whether there is a clock here that can end what takes too long: in the main thread of a process alone."""
    return threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")


@contextmanager
def in_time(seconds: float = TIME) -> Iterator[None]:
    """End what takes longer with `DocumentRefused`, where the clock rings."""
    if not clock_rings():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise DocumentRefused(
            _("The document was not done within {limit} seconds; make it simpler or smaller.").format(
                limit=round(seconds)
            )
        )

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # once more where the first is caught on the way
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
