"""Write a contact sheet: one page, `index.html`, on which a person checks a whole batch before anything is sent.

Beside it lie each document's PDF and DOCX and, in `pictures/`, a small picture of its first page. Files are named by
what the caller names a document: an id, or in a coordinator's own folder the parties. The page needs no network.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from flows import language
from flows.agreements.problems import Problem
from flows.dates import short_date
from flows.errors import DocumentRefused, WrongUse
from flows.language import translate as _

INDEX = "index.html"
_PICTURES = "pictures"
#: Dots across a picture of a first page: sharp at half that width on the screens of today.
_ACROSS = 480
#: Colours of a picture; text and a coat of arms need few, and a third of the bytes is left.
_COLOURS = 48
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class ContactSheetEntry:
    """One document on the sheet: made with these pages and losses, or not made because of `problem`."""

    name: str
    kind: str
    pages: int = 0
    high: int = 0  # of its picture, in dots
    lost: tuple[str, ...] = ()
    problem: str = ""
    usual: int = 0  # pages that most documents of its kind have, where this one has another number

    @property
    def anchor(self) -> str:
        """What the page's own links call the document: its name without what no link holds."""
        return re.sub(r"[\s%]", "_", self.name)


class ContactSheet:
    """A folder of documents and the page that shows them. Add each as it is made, then `write` the page."""

    def __init__(self, folder: Path, write: Callable[[Path, bytes], object] = Path.write_bytes) -> None:
        """Use a folder, which is made where it is missing; files of an earlier batch by other names stay in it.

        `write` writes a file, and decides what becomes of one that is there already. Raises `WrongUse` where nothing
        can be written.
        """
        self.folder = folder
        self._write = write
        self._entries: list[ContactSheetEntry] = []
        try:
            (folder / _PICTURES).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongUse(_("Nothing can be written to {path}; choose another place.").format(path=folder)) from error

    def add(self, name: str, kind: str, docx: bytes, pdf: bytes, lost: Sequence[str] = ()) -> None:
        """Write a document's files and its picture. `kind` is what people call the agreement."""
        picture, high, pages = _first_page(pdf)
        docx_path, pdf_path, picture_path = files_of(self.folder, name)
        self._write(docx_path, docx)
        self._write(pdf_path, pdf)
        self._write(picture_path, picture)
        self._entries.append(ContactSheetEntry(name, kind, pages, high, tuple(lost)))

    def refuse(self, name: str, kind: str, problem: str, replaced: bool = False) -> None:
        """Note a document that was not made; where files are replaced, take away what an earlier batch called so."""
        for path in files_of(self.folder, name) if replaced else ():
            path.unlink(missing_ok=True)
        self._entries.append(ContactSheetEntry(name, kind, problem=problem))

    def write(self, made_at: datetime, cases: int, problems: Sequence[Problem]) -> Path:
        """Write the page and return its path.

        `cases` is how many there were; `problems` what is wrong with them; `made_at` is Norwegian time.
        """
        made = _remarked([one for one in self._entries if not one.problem])
        page = _PAGES.get_template("contact_sheet.html").render(
            _=_,
            language=language.current(),
            made_at=f"{short_date(made_at)} {made_at:%H:%M}",
            cases=cases,
            kinds={kind: [one for one in made if one.kind == kind] for kind in dict.fromkeys(e.kind for e in made)},
            made=made,
            refused=_by_problem(self._entries),
            remarked=[one for one in made if one.lost or one.usual],
            problems=problems,
            pictures=_PICTURES,
            across=_ACROSS,
        )
        index = self.folder / INDEX
        self._write(index, page.encode())
        return index


def files_of(folder: Path, name: str) -> tuple[Path, Path, Path]:
    """Return the DOCX, the PDF and the picture of a document in a folder."""
    return folder / f"{name}.docx", folder / f"{name}.pdf", folder / _PICTURES / f"{name}.png"


def _by_problem(entries: Sequence[ContactSheetEntry]) -> dict[str, list[ContactSheetEntry]]:
    """Return the documents that were not made, by why: a fault of the template refuses a whole batch alike."""
    refused: dict[str, list[ContactSheetEntry]] = {}
    for one in entries:
        if one.problem:
            refused.setdefault(one.problem, []).append(one)
    return refused


def _remarked(made: Sequence[ContactSheetEntry]) -> list[ContactSheetEntry]:
    """Return the entries, those whose number of pages differs from most of their kind remarked on."""
    usual = {
        kind: Counter(one.pages for one in made if one.kind == kind).most_common(1)[0][0]
        for kind in {one.kind for one in made}
    }
    return [
        ContactSheetEntry(
            one.name, one.kind, one.pages, one.high, one.lost, usual=usual[one.kind] * (usual[one.kind] != one.pages)
        )
        for one in made
    ]


def _first_page(pdf: bytes) -> tuple[bytes, int, int]:
    """Return a picture (PNG) of the first page, how many dots high it is, and how many pages there are."""
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            page = document[0]
            drawn = page.render(scale=_ACROSS / page.get_width()).to_pil().convert("RGB")
            pages = len(document)
    except pypdfium2.PdfiumError as error:
        raise DocumentRefused(_("The PDF cannot be read back.")) from error
    content = BytesIO()
    drawn.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE).save(content, "PNG")
    return content.getvalue(), drawn.height, pages
