"""Look up municipalities' organisation numbers in a local copy of Enhetsregisteret's open data.

The copy is the CSV file of all units (`enheter_alle.csv`, with or without gzip; data.brreg.no), over a million rows. It
is read once as a stream; the numbers of municipalities are cached in the output folder until the file changes. Nothing
is fetched, and a number in a case is never replaced by one of the copy.
"""

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from flows.agreements.local_files import enterprises_file, output_folder
from flows.dates import oslo_date
from flows.errors import WrongUse
from flows.language import translate as _

_NUMBER = ("organisasjonsnummer",)
_FORM = ("organisasjonsform.kode", "orgform.kode", "organisasjonsform")
_MUNICIPALITY = ("forretningsadresse.kommunenummer", "forradrkommnr")
_KIND = "KOMM"
"""Enhetsregisteret's form of organisation for a municipality."""
_GZIP = b"\x1f\x8b"
_INDEX = "enterprises.json"


@dataclass(frozen=True, slots=True)
class MunicipalNumbers:
    """The organisation numbers of municipalities by municipality number, and the day the copy was last changed."""

    as_of: date
    by_municipality: Mapping[str, str]

    def municipality_of(self, organisation_number: str) -> str:
        """Return the municipality number of an organisation number, or nothing."""
        return next((each for each, own in self.by_municipality.items() if own == organisation_number), "")


def municipal_numbers() -> MunicipalNumbers | None:
    """Return the numbers of the local copy, or None where the settings name none.

    Raises `WrongUse` for a copy that cannot be read or holds no municipality.
    """
    path = enterprises_file()
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None
    return _numbers(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=2)
def _numbers(path: Path, size: int, modified: int) -> MunicipalNumbers:
    identity = [str(path.absolute()), size, modified]
    found = _kept(identity)
    if found is None:
        found = dict(_read(path))
        _keep(identity, found)
    if not found:
        raise _unreadable(path, _("it holds no municipality"))
    return MunicipalNumbers(oslo_date(datetime.fromtimestamp(modified / 1e9, UTC)), found)


def _read(path: Path) -> Iterator[tuple[str, str]]:
    """Yield municipality number and organisation number of every municipality, one row in memory at a time."""
    try:
        with _opened(path) as text:
            heading = text.readline()
            separator = ";" if heading.count(";") > heading.count(",") else ","
            names = [one.strip().casefold() for one in next(csv.reader([heading], delimiter=separator), [])]
            number, form, municipality = (_column(path, names, one) for one in (_NUMBER, _FORM, _MUNICIPALITY))
            for row in csv.reader(text, delimiter=separator):
                if len(row) == len(names) and row[form] == _KIND:
                    yield row[municipality].strip().zfill(4), row[number].strip()
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, str(error)) from None


def _opened(path: Path) -> TextIO:
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _column(path: Path, names: list[str], wanted: tuple[str, ...]) -> int:
    place = next((names.index(one) for one in wanted if one in names), None)
    if place is None:
        raise _unreadable(path, _("it has no column {name}").format(name=wanted[0]))
    return place


def _kept(identity: list[object]) -> dict[str, str] | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((output_folder() / _INDEX).read_text("utf-8"))
        return dict(kept["numbers"]) if kept["copy"] == identity else None
    return None


def _keep(identity: list[object], numbers: Mapping[str, str]) -> None:
    """Cache what was found for the next run. If the folder cannot be written, that run reads the whole copy again."""
    with suppress(OSError):
        output_folder().mkdir(parents=True, exist_ok=True)
        draft = output_folder() / f"{_INDEX}.{uuid4().hex}"
        draft.write_text(json.dumps({"copy": identity, "numbers": numbers}), "utf-8")
        draft.replace(output_folder() / _INDEX)


def _unreadable(path: Path, why: str) -> WrongUse:
    return WrongUse(
        _("The copy of Enhetsregisteret {path} cannot be used: {why}. AVTALEFLYT_ENTERPRISES names it.").format(
            path=path, why=why
        )
    )
