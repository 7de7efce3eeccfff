"""The versions of each agreement's official wording: `versions.toml` in the agreement's folder below `templates/`.

A version has a number, which is the first part of the template's own (template 1.0, 1.1 and 1.2 all have wording 1), a
text file beside the table with its SHA-256, who approved it, the days it is valid from and to where they are known, and
its history. A version that comes with the program cannot be redefined by another folder of templates, only added to.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.dates import short_date
from flows.errors import TemplateRefused
from flows.language import translate as _
from flows.value_complaints import unreadable

TABLE = "versions.toml"
LANGUAGES = ("nb", "nn")
"""The languages that an agreement can be written in."""
_KEYS = {
    *("number", "wording", "sha256", "approved_by", "source", "valid_from", "valid_to", "history"),
    *("language", "unofficial"),
}
_REQUIRED = {"number", "wording", "sha256", "approved_by"}


@dataclass(frozen=True, slots=True)
class WordingChange:
    """One entry of a version's history."""

    day: date
    change: str


@dataclass(frozen=True, slots=True)
class WordingVersion:
    """One version of an official wording. `sha256` is that of `text`, in UTF-8 with line feeds.

    `valid_from` and `valid_to` are its first and its last day, None where they are not known or not decided. An
    `unofficial` one is a translation that nobody but the project answers for.
    """

    number: int
    text: str
    sha256: str
    approved_by: str
    source: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    history: tuple[WordingChange, ...] = ()
    language: str = "nb"
    unofficial: bool = False

    def refusal_on(self, day: date) -> str:
        """Return why the version may not be used on a day, as a sentence; empty where it may."""
        if self.valid_from and day < self.valid_from:
            return _("Version {number} of the official wording is valid from {day} only.").format(
                number=self.number, day=short_date(self.valid_from)
            )
        if self.valid_to and day > self.valid_to:
            return _("Version {number} of the official wording was valid until {day}; use a newer template.").format(
                number=self.number, day=short_date(self.valid_to)
            )
        return ""


def wording_digest(text: str) -> str:
    """Return the SHA-256 of a wording text in hexadecimal; how its lines end does not matter."""
    return hashlib.sha256(text.removeprefix("\ufeff").replace("\r\n", "\n").encode()).hexdigest()


def wording_versions(folders: Iterable[Path], language: str = "nb") -> Mapping[int, WordingVersion]:
    """Return the versions of a wording in a language by number, of folders with a table; the first with one decides.

    Raises `TemplateRefused` for a table or a text that cannot be used.
    """
    found: dict[int, WordingVersion] = {}
    for folder in dict.fromkeys(folders):
        table = folder / TABLE
        if table.is_file():
            found = {**{version.number: version for version in _read(table, language)}, **found}
    return dict(sorted(found.items()))


def wording_number(template_version: str) -> int | None:
    """Return the number of the wording that a template's version has, or None for one that is no such version."""
    first = template_version.strip().split(".", maxsplit=1)[0]
    return int(first) if first.isascii() and first.isdigit() else None


def _read(table: Path, language: str) -> list[WordingVersion]:
    """Return the versions in one language; the texts of the others need not be there."""
    place = f"{table.parent.name}/{table.name}"
    try:
        entries = tomllib.loads(table.read_text("utf-8"))["version"]
        _check_languages(entries, place)
        mine = [entry for entry in entries if entry.get("language", "nb") == language]
        versions = [_version(entry, table.parent, place) for entry in mine]
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = unreadable(error)
        raise TemplateRefused(
            _("The table of wordings {name} cannot be read: {reason}.").format(name=place, reason=reason)
        ) from error
    if len({version.number for version in versions}) < len(versions):
        raise TemplateRefused(_("The table of wordings {name} has a number twice.").format(name=place))
    return versions


def _version(entry: Mapping[str, Any], folder: Path, place: str) -> WordingVersion:
    if wrong := sorted((entry.keys() - _KEYS) | (_REQUIRED - entry.keys())):
        raise TemplateRefused(
            _("The table of wordings {name} lacks, or does not know: {keys}.").format(name=place, keys=", ".join(wrong))
        )
    path = folder / str(entry["wording"])
    text = path.read_text("utf-8-sig")
    if wording_digest(text) != entry["sha256"]:
        raise TemplateRefused(
            _(
                "The official wording {name} is not the text that was approved: its SHA-256 is not that of {table}."
                " Bring the approved text back; a new wording is a new version."
            ).format(name=f"{folder.name}/{path.name}", table=place)
        )
    days = {key: entry.get(key) for key in ("valid_from", "valid_to")}
    if wrong := sorted(key for key, day in days.items() if day is not None and type(day) is not date):
        raise TemplateRefused(
            _("The table of wordings {name} lacks, or does not know: {keys}.").format(name=place, keys=", ".join(wrong))
        )
    history = tuple(WordingChange(each["date"], str(each["change"])) for each in entry.get("history", ()))
    return WordingVersion(
        int(entry["number"]), text, entry["sha256"], str(entry["approved_by"]), str(entry.get("source", "")),
        days["valid_from"], days["valid_to"], history, entry.get("language", "nb"), entry.get("unofficial", False),
    )  # fmt: skip


def _check_languages(entries: Iterable[Mapping[str, Any]], place: str) -> None:
    """Refuse a language that no agreement is written in, and a word in place of true or false."""
    for entry in entries:
        wrong = ["language"] * (entry.get("language", "nb") not in LANGUAGES)
        wrong += ["unofficial"] * (type(entry.get("unofficial", False)) is not bool)
        if wrong:
            raise TemplateRefused(
                _("The table of wordings {name} lacks, or does not know: {keys}.").format(
                    name=place, keys=", ".join(wrong)
                )
            )
