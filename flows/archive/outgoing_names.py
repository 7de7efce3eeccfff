"""Names of files that leave the register. They are made here; what a row says is never part of a path.

A row could hold an absolute path, or one that leads out of the folder.
"""

import re
from uuid import UUID

from flows.errors import RegisterAltered
from flows.language import translate as _
from flows.register import Record, RecordFile

_STEMS = {
    "signed": "avtale",
    "renewed": "fornyet",
    "sent": "sendt",
    "evidence": "bevis",
    "validation_report": "validering",
    "source_docx": "avtale",
    "template": "mal",
}
_ENDINGS = {
    "application/pdf": "pdf",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/html": "html",
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_MUNICIPALITY = re.compile("[0-9]{4}")


def file_name(file: RecordFile) -> str:
    """Return the name of a file of a record: by what it is, with its number from the second on."""
    ending = _ENDINGS.get(file.media_type.partition(";")[0].strip(), "bin")
    name = f"{_STEMS.get(file.role, 'fil')}.{ending}"
    return name if file.number == 1 else f"{int(file.number)}-{name}"


def role_name(file: RecordFile) -> str:
    """Return the name of the folder for files of a role. Raises `RegisterAltered` for a role that there is not."""
    if file.role not in _STEMS:
        raise _altered()
    return file.role


def record_name(record: Record) -> str:
    """Return a record's id for use in a path. Raises `RegisterAltered` where it is no id."""
    try:
        return str(UUID(record.id))
    except (ValueError, AttributeError, TypeError):
        raise _altered() from None


def municipality_name(number: str) -> str:
    """Return a municipality number for use in a path. Raises `RegisterAltered` where it is none."""
    if not _MUNICIPALITY.fullmatch(number):
        raise _altered()
    return number


def _altered() -> RegisterAltered:
    return RegisterAltered(
        _("A row of the register holds something that the program never writes; run `avtaleflyt archive verify`.")
    )
