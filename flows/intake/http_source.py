"""Read cases from an HTTP API: every page is fetched before the first case is judged, never half a batch.

Pages are followed by the `Link` header, by a field with the next address, or by page number. Everything that an API may
call its things is in one TOML file (`AVTALEFLYT_CASES_MAPPING`), all of it optional:

    type = "alis"             # what the cases ask for
    cases = "data.items"      # where the list of cases is; otherwise the document itself, or its `cases`
    next = "paging.next"      # where the next page's address is
    page = "page"             # or: the query parameter that counts pages, from `first_page` (1) to the first empty one
    [fields]                  # identifier = where its value is; without this table, keys are matched as headings are
    lege_navn = "employee.name"
    [values.kategori]         # what the API says = what it means
    GP = "fastlege"
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import requests

from flows.agreements.case_place import CasePlace
from flows.agreements.fields import fields_of
from flows.agreements.problems import Problem
from flows.agreements.types import default_type, types
from flows.errors import CasesUnreadable, WrongUse
from flows.intake.case_rows import CaseRow
from flows.intake.json_file import problems_in, row_of
from flows.intake.json_text import JsonObject
from flows.intake.page_signs import asks_for_part, more_follows, stated_total
from flows.intake.pagination import ApiPage, Fetch, fetch_with
from flows.intake.text_normalization import shown
from flows.language import translate
from flows.language import translate as _
from flows.settings import Settings

_MOST_CASES = 200_000
_MOST_PAGES = 10_000
_ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class ApiMapping:
    """What an API calls things. Paths are keys with full stops between; empty ones mean the defaults above."""

    type: str = field(default_factory=default_type)
    cases: str = ""
    next: str = ""
    page: str = ""
    first_page: int = 1
    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def is_address(source: str | Path) -> bool:
    """Return whether a source of cases is an address rather than a path."""
    return isinstance(source, str) and source.lower().startswith(("https://", "http://"))


def rows(address: str, settings: Settings, fetch: Fetch | None = None) -> Iterator[CaseRow | Problem]:
    """Yield every case of an API. Raises `CasesUnreadable` before the first one when any page cannot be read."""
    _check(address)
    mapping = read_mapping(settings.cases_mapping)
    if fetch is None:
        with requests.Session() as session:
            cases = _all_cases(address, mapping, fetch_with(session, settings))
    else:
        cases = _all_cases(address, mapping, fetch)
    yield from _absent(cases, mapping)
    columns = {name: f"/{path.replace('.', '/')}" for name, path in mapping.fields.items()}
    for index, case in enumerate(cases):
        if mapping.fields and isinstance(case, Mapping):
            yield _mapped(CasePlace(pointer=f"/{index}", columns=columns), case, mapping)
        else:
            yield from row_of(f"/{index}", case, mapping.type)


def read_mapping(path: Path | None) -> ApiMapping:
    """Return the mapping in a TOML file, or the default one. Raises `WrongUse`, saying what cannot be used."""
    if path is None:
        return ApiMapping()
    try:
        mapping = ApiMapping(**tomllib.loads(path.read_text(encoding="utf-8")))
        known = fields_of(types()[mapping.type].case)
        strangers = [name for name in (*mapping.fields, *mapping.values) if name not in known]
    except OSError as error:
        raise WrongUse(
            _("The mapping {path} cannot be opened ({strerror}): check AVTALEFLYT_CASES_MAPPING.").format(
                path=path, strerror=translate(error.strerror or "")
            )
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WrongUse(
            _("The mapping {path} cannot be used ({error}); docs/reference.md says what it may hold.").format(
                path=path, error=error
            )
        ) from None
    if strangers:
        raise WrongUse(
            _("The mapping {path} names fields that no case has: {strangers}.").format(
                path=path, strangers=", ".join(strangers)
            )
        )
    return mapping


def _check(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _ON_THIS_MACHINE:
        raise CasesUnreadable(_("Cases are fetched over https only. Write the address with https://."))
    if parts.username or parts.password:
        raise CasesUnreadable(
            _("The address holds a user name or a password. Put them into the settings and leave them out here.")
        )


def _all_cases(address: str, mapping: ApiMapping, fetch: Fetch) -> list[Any]:
    cases: list[Any] = []
    seen_addresses: set[str] = set()
    seen_pages: set[bytes] = set()
    following: str | None = _numbered(address, mapping, 0)
    while following:
        if following in seen_addresses or len(seen_addresses) >= _MOST_PAGES:
            raise _repeats()
        seen_addresses.add(following)
        page = fetch(following)
        found = _cases_of(page, mapping)
        digest = hashlib.sha256(page.body).digest()
        if found and digest in seen_pages:
            raise _repeats()
        seen_pages.add(digest)
        cases += found
        if len(cases) > _MOST_CASES:
            raise CasesUnreadable(
                _("The source has more than {most} cases. Narrow the address.").format(most=_MOST_CASES)
            )
        following = _next(address, following, page, found, mapping, len(seen_addresses))
    if (total := stated_total(page.content)) is not None and total not in (len(cases), len(seen_addresses)):
        if len(cases) < total and (part := asks_for_part(address)):
            raise CasesUnreadable(
                _(
                    "The source has {total} cases, but the address asks for a part of them with «{part}»: {number} "
                    "came. Take it out of the address, or write in the mapping where the next page stands."
                ).format(total=total, part=shown(part), number=len(cases))
            )
        raise CasesUnreadable(
            _(
                "The source says that it has {total} cases, but gave {number}: it may have changed meanwhile. Nothing "
                "was taken from it; try again."
            ).format(total=total, number=len(cases))
        )
    return cases


def _cases_of(page: ApiPage, mapping: ApiMapping) -> list[Any]:
    found = _at(page.content, mapping.cases) if mapping.cases else page.content
    if not mapping.cases and isinstance(found, Mapping) and isinstance(found.get("cases"), list):
        found = found["cases"]
    if isinstance(page.content, JsonObject) and page.content.repeated:
        raise CasesUnreadable(
            _("The source gives «{key}» twice in one object. Nothing was taken from it; ask its owner.").format(
                key=shown(page.content.repeated[0])
            )
        )
    if not isinstance(found, list):
        raise CasesUnreadable(
            _("The source answers with something else than a list of cases. Check the address and the mapping.")
        )
    return found


def _next(address: str, current: str, page: ApiPage, found: list[Any], mapping: ApiMapping, pages: int) -> str | None:
    """Return the address of the next page, or None after the last. Raises when it leads to another server."""
    named = page.next or _at(page.content, mapping.next or "next")
    if mapping.page and not named:
        return _numbered(address, mapping, pages) if found else None
    if not isinstance(named, str) or not named:
        if not mapping.page and (key := more_follows(page.content)):
            raise CasesUnreadable(
                _(
                    "The source says by «{key}» that there are more pages, but not where in a way that is followed "
                    "here. Nothing was taken from it; write in the mapping where the next address is (next), or the "
                    "parameter that counts pages (page)."
                ).format(key=shown(key))
            )
        return None
    following = urljoin(current, named)
    if urlsplit(following)[:2] != urlsplit(address)[:2]:
        raise CasesUnreadable(_("The source leads to a page on another server. It is not followed; ask its owner."))
    return following


def _numbered(address: str, mapping: ApiMapping, pages: int) -> str:
    if not mapping.page:
        return address
    parts = urlsplit(address)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != mapping.page]
    return urlunsplit(parts._replace(query=urlencode([*query, (mapping.page, mapping.first_page + pages)])))


def _absent(cases: list[Any], mapping: ApiMapping) -> Iterator[Problem]:
    """Yield a warning for each path of the mapping that no case has: a slip there would leave a field empty for all."""
    for name, path in mapping.fields.items():
        if cases and not any(_has(case, path) for case in cases):
            message = _("No case has anything at «{path}», where the mapping looks for this field. Check the mapping.")
            yield Problem(
                "headings", "warning", message.format(path=path), name, pointer=f"/0/{path.replace('.', '/')}"
            )


def _has(content: Any, path: str) -> bool:
    *above, last = path.split(".")
    within = _at(content, ".".join(above)) if above else content
    return isinstance(within, Mapping) and last in within


def _mapped(place: CasePlace, case: Mapping[str, Any], mapping: ApiMapping) -> CaseRow:
    values = {name: _at(case, path) for name, path in mapping.fields.items()}
    for name, meanings in mapping.values.items():
        said = values.get(name)
        values[name] = meanings.get(said, said) if isinstance(said, str) else said
    return CaseRow(types()[mapping.type], values, place, problems=problems_in(case, place.pointer))


def _at(content: Any, path: str) -> Any:
    """Return what stands at a path of keys, or None."""
    for key in path.split("."):
        content = content.get(key) if isinstance(content, Mapping) else None
    return content


def _repeats() -> CasesUnreadable:
    return CasesUnreadable(
        _("The source gives the same page again and again. Nothing was taken from it; ask its owner.")
    )
