"""Looks into PDF files with other people's tools: pypdf for the structure, poppler for text and places."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

POPPLER = "apt-get install -y --no-install-recommends poppler-utils"


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box, in points from the upper left corner of its page."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def words(pdf: bytes) -> list[Word]:
    """Return every word with its place, as pdftotext finds them."""
    out = _poppler(["pdftotext", "-bbox", "-", "-"], pdf)
    found: list[Word] = []
    page = 0
    for line in out.splitlines():
        page += "<page " in line
        match = re.search(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', line)
        if match:
            left, top, right, bottom = map(float, match.groups()[:4])
            found.append(Word(unescape(match[5]), page, left, top, right, bottom))
    return found


def text(pdf: bytes) -> str:
    """Return the text as pdftotext reads it."""
    return _poppler(["pdftotext", "-", "-"], pdf)


def lines(pdf: bytes) -> list[list[str]]:
    """Return the lines of each page, with nothing but their letters and figures."""
    pages = _poppler(["pdftotext", "-layout", "-", "-"], pdf).removesuffix("\f").split("\f")
    return [[bare for line in page.splitlines() if (bare := re.sub(r"\W+", "", line))] for page in pages]


def darkness(pdf: bytes) -> list[float]:
    """Return what share of each page is dark, drawn small."""
    drawn = _poppler_bytes(["pdftoppm", "-gray", "-r", "20", "-"], pdf)
    shares = []
    while drawn:
        _, size, _, rest = drawn.split(
            b"\n", 3
        )  # a PGM: P5, width and height, the brightest value, then one byte a dot
        width, height = map(int, size.split())
        dots, drawn = rest[: width * height], rest[width * height :]
        shares.append(sum(dot < 128 for dot in dots) / len(dots))
    return shares


def drawn(pdf: bytes, page: int = 1) -> Image.Image:
    """Return a page as a picture, a dot a point."""
    out = _poppler_bytes(["pdftoppm", "-r", "72", "-png", "-f", str(page), "-l", str(page), "-"], pdf)
    return Image.open(BytesIO(out)).convert("RGB")


def place(pdf: bytes, wanted: str) -> Word:
    """Return the first word by that text."""
    return next(word for word in words(pdf) if word.text == wanted)


def tags(pdf: bytes) -> str:
    """Return the structure tree in one line, as `Document(Sect(P, H1))`; runs and empty wrappers are left out."""
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    return ", ".join(_tags(root["/K"]))


def _tags(children: Any) -> Iterator[str]:
    for child in children if isinstance(children, list) else [children]:
        element = child.get_object() if hasattr(child, "get_object") else child
        if not isinstance(element, dict) or "/S" not in element:
            continue
        inside = ", ".join(_tags(element.get("/K", [])))
        name = element["/S"].lstrip("/")
        if name in ("Span", "NonStruct"):
            yield from [inside] if inside else []
        else:
            yield f"{name}({inside})" if inside else name


def _poppler(command: list[str], pdf: bytes) -> str:
    return _poppler_bytes(command, pdf).decode()


def _poppler_bytes(command: list[str], pdf: bytes) -> bytes:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs poppler: {POPPLER}")
    return subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=300).stdout


def colour_at(pdf: bytes, x: float, y: float) -> tuple[int, ...]:
    """Return the colour of a place on the first page, in points from its upper left corner."""
    with pypdfium2.PdfDocument(pdf) as document:
        page: Image.Image = document[0].render(scale=1.0).to_pil().convert("RGB")
    found = page.getpixel((round(x), round(y)))
    assert isinstance(found, tuple)
    return found
