"""Read cases from a JSON file: one object, a list of objects, or an object with the list under `cases`.

Keys are matched as headings are, so identifiers of the domain reference do, and a key that may mean several fields is a
problem. `type` names the agreement, in a case or beside `cases`; where it is left out, a case is of the default type.
Places are JSON pointers (RFC 6901).
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flows.agreements.case_place import CasePlace
from flows.agreements.problems import Level, Problem
from flows.agreements.types import AgreementType, default_type, types
from flows.errors import CasesUnreadable
from flows.intake.case_rows import CaseRow
from flows.intake.heading_rows import unclear_heading
from flows.intake.headings import MatchedHeadings, key_of, match_headings, with_doubts
from flows.intake.json_text import faults_in, parse_json, pointer_to, twice_in_one_object
from flows.intake.text_normalization import shown
from flows.language import translate as _

_TYPE = "type"
_CASES = "cases"
LARGEST = 50 * 1024 * 1024
"""Bytes of a file: parsed, it takes ten times as much, and every case of the country fits in a tenth."""


def rows(path: Path) -> Iterator[CaseRow | Problem]:
    """Yield every case of a JSON file, and a problem for each key that is not known. Raises `CasesUnreadable`."""
    if path.stat().st_size > LARGEST:
        raise CasesUnreadable(_("«{file}» is too large. Divide it into several files.").format(file=path.name))
    try:
        content = parse_json(path.read_bytes())
    except (UnicodeDecodeError, RecursionError) as error:
        raise CasesUnreadable(_("«{file}» is no JSON in UTF-8.").format(file=path.name)) from error
    except json.JSONDecodeError as error:
        raise CasesUnreadable(
            _("«{file}» is no valid JSON: it goes wrong in line {line}, column {column}.").format(
                file=path.name, line=error.lineno, column=error.colno
            )
        ) from error
    except ValueError as error:
        raise CasesUnreadable(_("«{file}» holds a number that is too long.").format(file=path.name)) from error
    yield from rows_of(content, path.name)


def rows_of(content: Any, source: str) -> Iterator[CaseRow | Problem]:
    """Yield every case of a JSON document. Raises `CasesUnreadable` where there is none."""
    if isinstance(content, list):
        for index, case in enumerate(content):
            yield from row_of(f"/{index}", case)
    elif isinstance(content, Mapping) and isinstance(content.get(_CASES), list | Mapping):
        yield from _rows_below(content)
    elif isinstance(content, Mapping):
        yield from row_of("", content)
    else:
        raise CasesUnreadable(_("«{file}» holds no case: write one object, or a list of objects.").format(file=source))


def _rows_below(content: Mapping[str, Any]) -> Iterator[CaseRow | Problem]:
    """Yield the cases under `cases`, and a problem for each other key but the type."""
    found = content[_CASES]
    if isinstance(found, list):
        listed = [(f"/{_CASES}/{index}", case) for index, case in enumerate(found)]
    else:
        listed = [(f"/{_CASES}", found)]
    if repeated := [key for key in getattr(content, "repeated", ()) if key in (_CASES, _TYPE)]:
        yield _rejected(f"/{repeated[0]}", "", twice_in_one_object())
        return
    for key in content:
        if key not in (_CASES, _TYPE):
            yield _about_key("warning", pointer_to("", key), key, _("The key is not known, and its value is not used."))
    for pointer, case in listed:
        yield from row_of(pointer, case, content.get(_TYPE, ...))


def row_of(pointer: str, case: Any, type_of_all: Any = ...) -> Iterator[CaseRow | Problem]:
    """Yield the case at a JSON pointer, and a problem for each key that is unknown or in doubt.

    `type_of_all` is what stands beside the cases, `...` where nothing does.
    """
    if not isinstance(case, Mapping):
        yield _rejected(pointer, shown(case), _("A case is an object with the fields as keys."))
        return
    naming = [key for key in case if key_of(key) == _TYPE]
    if len(naming) > 1 or _TYPE in getattr(case, "repeated", ()):
        yield _rejected(f"{pointer}/{_TYPE}", "", twice_in_one_object())
        return
    name = case[naming[0]] if naming else default_type() if type_of_all is ... else type_of_all
    agreement = types().get(name) if isinstance(name, str) else None
    if agreement is None:
        message = _("There is no agreement of this type. Write one of: {names}.").format(names=", ".join(types()))
        yield _rejected(f"{pointer}/{_TYPE}", shown(name), message)
        return
    matched, columns = _matched(tuple(key for key in case if key not in naming), agreement)
    places = {key: pointer_to(pointer, key) for key in case}
    yield from _key_problems(matched, places, agreement)
    fields, used = matched.fields, {*matched.fields.values(), *naming}
    yield CaseRow(
        type=agreement,
        values={name: case[key] for name, key in fields.items()},
        place=CasePlace(pointer=pointer, columns=columns),
        strangers={places[key]: case[key] for key in case if key not in used},
        reported=matched.unread | {name for name, key in fields.items() if any(faults_in(case[key], ""))},
        problems=problems_in(case, pointer),
    )


def problems_in(case: Any, pointer: str) -> tuple[Problem, ...]:
    """Return an error for each key of a case that is there twice, and each number that is none."""
    return tuple(_about_key("error", place, "", message) for place, message in faults_in(case, pointer))


@lru_cache(maxsize=1000)
def _matched(keys: tuple[str, ...], agreement: AgreementType) -> tuple[MatchedHeadings[str], Mapping[str, str]]:
    """Return what the keys of a case mean, and for each field what follows the case's pointer."""
    matched = with_doubts(match_headings({key: key for key in keys}, agreement), agreement)
    return matched, {name: pointer_to("", key) for name, key in matched.fields.items()}


def _key_problems(
    matched: MatchedHeadings[str], places: Mapping[str, str], agreement: AgreementType
) -> Iterator[Problem]:
    for key in matched.strangers:
        yield _about_key("warning", places[key], key, _("The key is not known, and its value is not used."))
    for key, names in matched.unclear.items():
        yield _about_key("error" if names else "warning", places[key], key, unclear_heading(key, names, agreement))
    for first, *others in matched.repeated.values():
        for key in others:
            message = _("«{key}» means the same field as «{other}». Keep one of them.")
            yield _about_key("error", places[key], key, message.format(key=shown(key), other=shown(first)))


def _about_key(level: Level, place: str, key: str, message: str) -> Problem:
    return Problem(rule="headings", level=level, value=shown(key), pointer=shown(place), message=message)


def _rejected(pointer: str, value: str, message: str) -> CaseRow:
    problem = Problem(rule="format", level="error", message=message, value=value, pointer=pointer or "/")
    return CaseRow(type=None, values={}, place=CasePlace(pointer=pointer), problems=(problem,))
