"""The two official texts as they were handed over, folded and with their residue mended."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import PROJECT, SHARED
from tests.templates.errata import ALIS, NOTES_OF_TJENESTEAVTALE6, TJENESTEAVTALE6, Mended


@dataclass(frozen=True, slots=True)
class Official:
    """An official text: its seed, its agreement type, and what is mended on the way from the one to the other.

    `footer` is the short title that the template prints at the foot of each page.
    """

    name: str
    type: str
    footer: str
    mended: tuple[Mended, ...]
    notes: tuple[str, ...] = ()

    @property
    def seed(self) -> Path:
        """Where the text lies as it was handed over."""
        return SHARED / "seeds" / f"{self.name}.txt"

    @property
    def template(self) -> Path:
        """Where the template lies."""
        return PROJECT / "templates" / self.type / "template.docx"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with its white space folded: the body with the numbers of its notes, and the notes with theirs."""

    body: str
    notes: tuple[str, ...]


OFFICIAL = (
    Official("alis-avtale", "alis", "ALIS-avtale", ALIS),
    Official(
        "tjenesteavtale6-alis",
        "tjenesteavtale6",
        "Tjenesteavtale 6, tilleggsavtale om ALIS",
        TJENESTEAVTALE6,
        NOTES_OF_TJENESTEAVTALE6,
    ),
)


def template_of(name: str) -> Path:
    """Return the template of the official text with this name."""
    return next(one.template for one in OFFICIAL if one.name == name)


def fold(text: str) -> str:
    """Return the text in composed Unicode with every stretch of white space as one space."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def sentences(text: str) -> list[str]:
    """Return the sentences, headings and list items of a folded text, so that a failure shows one and not the whole."""
    return re.split(r"(?<=[.:]) +(?=[A-ZÆØÅ(•_\d-])", text)


def read(official: Official) -> str:
    """Return the seed as it was handed over; skip the test where the seeds are not there."""
    if not official.seed.exists():
        pytest.skip("the official texts are not here; put them in ../shared/seeds")
    return official.seed.read_text(encoding="utf-8")


def wording(official: Official) -> Wording:
    """Return what the agreement must say. A hyphen at the end of a line, with no space after it, is inside a word."""
    body = fold(re.sub(r"-\n(?=\w)", "-", read(official)))
    for mended in official.mended:
        body, found = re.subn(mended.old, mended.new, body)
        assert found == mended.times, f"{mended.errata} ({mended.where}) was found {found} times"
    notes = []
    for pattern in official.notes:
        (note,) = re.findall(pattern, body)
        notes.append(note)
        body = body.replace(note, "")
    return Wording(fold(body), tuple(notes))
