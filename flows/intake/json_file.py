"""Read cases from a JSON file: one object, a list of objects, or an object with the list under `cases`.

Keys are matched as headings are, so identifiers of the domain reference do. `type` names the agreement; `alis` where it
is left out. Places are JSON pointers (RFC 6901).
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.errors import CasesUnreadable
from flows.intake.case_rows import CaseRow
from flows.intake.headings import field_of
from flows.intake.text_normalization import shown
from flows.language import translate as _

_TYPE = "type"
_DEFAULT_TYPE = "alis"


def rows(path: Path) -> Iterator[CaseRow | Problem]:
    """Yield every case of a JSON file, and a problem for each key that is not known. Raises `CasesUnreadable`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, RecursionError) as error:
        raise CasesUnreadable(_("«{file}» is no JSON in UTF-8.").format(file=path.name)) from error
    except json.JSONDecodeError as error:
        raise CasesUnreadable(
            _("«{file}» is no valid JSON: it goes wrong in line {line}, column {column}.").format(
                file=path.name, line=error.lineno, column=error.colno
            )
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise CasesUnreadable(_("«{file}» holds a number that is too long.").format(file=path.name)) from error
    yield from rows_of(content, path.name)


def rows_of(content: Any, source: str) -> Iterator[CaseRow | Problem]:
    """Yield every case of a JSON document. Raises `CasesUnreadable` where there is none."""
    for pointer, case in _cases(content, source):
        yield from row_of(pointer, case)


def _cases(content: Any, file: str) -> Iterator[tuple[str, Any]]:
    if isinstance(content, Mapping) and isinstance(content.get("cases"), list):
        yield from ((f"/cases/{index}", case) for index, case in enumerate(content["cases"]))
    elif isinstance(content, list):
        yield from ((f"/{index}", case) for index, case in enumerate(content))
    elif isinstance(content, Mapping):
        yield "", content
    else:
        raise CasesUnreadable(_("«{file}» holds no case: write one object, or a list of objects.").format(file=file))


def row_of(pointer: str, case: Any) -> Iterator[CaseRow | Problem]:
    """Yield the case at a JSON pointer, and a problem for each key that is not known."""
    if not isinstance(case, Mapping):
        yield _rejected(pointer, shown(case), _("A case is an object with the fields as keys."))
        return
    name = case.get(_TYPE, _DEFAULT_TYPE)
    agreement = types().get(name) if isinstance(name, str) else None
    if agreement is None:
        message = _("There is no agreement of this type. Write one of: {names}.").format(names=", ".join(types()))
        yield _rejected(f"{pointer}/{_TYPE}", shown(name), message)
        return
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    strangers: dict[str, Any] = {}
    for key, value in case.items():
        place = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        field = field_of(key, agreement)
        if key == _TYPE:
            continue
        if field is None or field in values:
            strangers[place] = value
            yield Problem(
                rule="headings",
                level="warning",
                value=shown(key),
                pointer=shown(place),
                message=_("The key is not known, or is there twice, and its value is not used."),
            )
        else:
            values[field], places[field] = value, place
    yield CaseRow(type=agreement, values=values, places=places, pointer=pointer, strangers=strangers)


def _rejected(pointer: str, value: str, message: str) -> CaseRow:
    problem = Problem(rule="format", level="error", message=message, value=value, pointer=pointer or "/")
    return CaseRow(type=None, values={}, places={}, pointer=pointer, problems=(problem,))
