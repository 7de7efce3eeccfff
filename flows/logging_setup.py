"""The one configuration of logging, for every program of the project: what is logged, where and in which form.

Modules log through `logging.getLogger(__name__)` with `extra={"agreement": agreement_id}` where a line is about one.
What each level is for:

- ERROR: a fault in the program or its set-up; it stays until somebody mends it.
- WARNING: something failed that the program goes on without or tries again; whoever runs the machine should look.
- INFO: one line for each step that changed something: what was done, to which agreement.
- DEBUG: what explains the lines above, for developers; the libraries in `DETAILS` speak here, whatever they call it.

Ids and municipality numbers are logged; names, numbers of persons, addresses and secrets never. `mask` blanks what
looks like one; of a library's line, the values that it fills in are left out; of an exception, its message.

Commands log to a file below `output/`, so that standard error is theirs. Services log to standard error.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.request_ids import request_id

OURS = "flows"
DETAILS = ("fontTools", "pika", "pyhanko", "pyhanko_certvalidator", "urllib3", "weasyprint")
"""Libraries that warn of what the program judges and reports itself; or, as urllib3, of addresses that are secret."""
_SILENT = logging.CRITICAL + 1

_ID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{16,}\b"
_SECRET = "|".join(
    (
        r"https?://[^\s\"'<>]+",  # links to files and to signing hold secrets
        r"[^\s@<>\"']+@[^\s@<>\"']+",  # e-mail addresses, and user and password of a server
        r"(?<!\d)\d{6}[ .-]?\d{5}(?!\d)",  # national identity numbers
        r"(?<!\d)\d{7,11}(?!\d)",  # HPR numbers, and telephone numbers written together
        r"(?<!\d)(?:\d{3} \d{2} \d{3}|\d{2} \d{2} \d{2} \d{2})(?!\d)",  # telephone numbers in groups
    )
)
_MASKED = re.compile(f"(?P<id>{_ID})|{_SECRET}")


def mask(text: str) -> str:
    """Blank what looks like an identity number, an HPR or telephone number, an e-mail address or a link."""
    return _MASKED.sub(lambda found: found["id"] or "***", text)


class _Admit(logging.Filter):
    """Lets through what is at least of the given level, after the libraries in `DETAILS` were put down to DEBUG."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] in DETAILS:
            record.levelno, record.levelname = logging.DEBUG, logging.getLevelName(logging.DEBUG)
        return record.levelno >= self._level


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message; agreement, request and error where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        return json.dumps(_parts(record), ensure_ascii=False)


class PlainLines(logging.Formatter):
    """The same for people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        parts = _parts(record)
        about = "".join(f" [{parts[name]}]" for name in ("agreement", "request") if name in parts)
        error = f"\n{parts['error']}" if "error" in parts else ""
        return f"{parts['time']} {parts['level']} {parts['logger']}: {parts['message']}{about}{error}"


class LogFile(logging.FileHandler):
    """A log file that is made with its folder by the first line; a full disk costs the line, never the command."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Drop the line: standard error is the command's."""


def silence_libraries() -> None:
    """Keep standard error clean in a process that configures no logging, such as one that only fills documents."""
    logging.getLogger(OURS).addHandler(logging.NullHandler())
    for name in DETAILS:
        logging.getLogger(name).setLevel(_SILENT)


@contextmanager
def logging_to_file(path: Path, level: str) -> Iterator[None]:
    """Log what is of this level or above to a file, as JSON lines, until the block ends."""
    handler = LogFile(path)
    handler.setFormatter(JsonLines())
    with _logging_to(handler, level):
        yield


@contextmanager
def logging_to_stderr(level: str) -> Iterator[None]:
    """Log to standard error until the block ends: as text at a terminal, as JSON lines where programs read it."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLines() if sys.stderr.isatty() else JsonLines())
    with _logging_to(handler, level):
        yield


@contextmanager
def _logging_to(handler: logging.Handler, level: str) -> Iterator[None]:
    least = logging.getLevelNamesMapping()[level]
    handler.addFilter(_Admit(least))
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    before = ours.level
    root.addHandler(handler)
    ours.setLevel(least)
    if least <= logging.DEBUG:
        for name in DETAILS:
            logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        for name in DETAILS:
            logging.getLogger(name).setLevel(_SILENT)
        ours.setLevel(before)
        root.removeHandler(handler)
        handler.close()


def _parts(record: logging.LogRecord) -> dict[str, Any]:
    own = record.name.partition(".")[0] == OURS
    parts = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": mask(record.getMessage() if own else str(record.msg)),
    }
    if agreement := getattr(record, "agreement", None):
        parts["agreement"] = mask(str(agreement))
    if request := request_id():
        parts["request"] = request
    if record.exc_info and record.exc_info[1]:
        parts["error"] = _trace(record.exc_info[1])
    return parts


def _trace(error: BaseException) -> str:
    """Return where an exception came from and its kinds, without messages: these quote what was being worked on."""
    lines: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        lines[:0] = [*traceback.format_tb(at.__traceback__), f"{type(at).__module__}.{type(at).__qualname__}\n"]
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "".join(lines).rstrip()
