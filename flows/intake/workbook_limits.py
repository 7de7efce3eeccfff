"""Limit what a workbook may take in memory: an archive of half a megabyte can unpack to rows of many gigabytes."""

from typing import IO

LARGEST_ELEMENT = 16 * 1024 * 1024
"""Bytes of XML of one row, text or style: 16,384 columns of a hundred letters each would be a tenth of it."""
LARGEST_WHOLE_PART = 32 * 1024 * 1024
"""Bytes of a part that is parsed whole: list of sheets, relations, styles."""
MOST_TEXTS = 3_000_000
"""Different texts in all sheets of an .xlsx workbook."""
MOST_MERGED = 200_000
"""Merged cells of one sheet."""


class WorkbookTooLarge(ValueError):
    """A workbook holds more than one of cases does, and reading it would take gigabytes of memory."""


class Metered:
    """A stream of XML that refuses to be read on where a parser would hold too much of it at once.

    Whoever parses sets `since` to 0 where an element is done with.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises `WorkbookTooLarge`."""
        piece = self._stream.read(size)
        self.since += len(piece)
        if self.since > LARGEST_ELEMENT:
            raise WorkbookTooLarge
        return piece
