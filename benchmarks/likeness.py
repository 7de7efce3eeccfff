"""How like LibreOffice's pages ours look: `python -m benchmarks.likeness FOLDER… [-o PAGE.html]`.

Measured of each Word file, and as means of the files:

- **near**: the share of LibreOffice's words that stand on the same page of ours, within 3 mm. A word's place is where
  its first letter begins on its line; equal words of a page are paired nearest first.
- **ink**: how far the darkness of equal tiles of 5 mm agrees, the smaller of both as a share of the larger.
- **words** and **page_counts** as in `benchmarks.fidelity`, with refusals and crashes.

A document that we refuse, or crash on, has no word near and no ink. The files that are worst by near words are drawn
side by side on one page, ours on the left. Needs LibreOffice and poppler; LibreOffice's PDFs are kept
(`libreoffice_pdfs`). The last line is JSON.
"""

import argparse
import json
import math
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from statistics import fmean

import pypdfium2
from PIL import Image, ImageChops

from benchmarks.conversions import Converted, compare_all, converted
from benchmarks.fidelity import WORD, Compared, compare_words, folded, totals
from benchmarks.libreoffice_pdfs import libreoffice_pdfs, word_files
from benchmarks.side_by_side import beside

_MILLIMETRE = 72 / 25.4
_NEAR = 3 * _MILLIMETRE
_TILE = 14  # points: 5 mm
_PAGE = Path(__file__).parents[1] / ".cache" / "likeness.html"
_WORST = 12
_SHOWN_PAGES = 4  # of a document in the pictures
_HEAD = """<!doctype html><meta charset="utf-8"><title>Likeness</title>
<style>body{font:15px sans-serif}img{max-width:100%}pre{white-space:pre-wrap}</style>
<h1>Ours on the left, LibreOffice's on the right</h1>"""

#: A place on a page: points from its left and upper edges.
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Likeness:
    """One document: its words as in `fidelity`, how many of them stand near their place, and the shares."""

    compared: Compared
    placed: int = 0  # words of LibreOffice's pages with their places
    near: int = 0
    ink: float = 0.0

    @property
    def share_near(self) -> float:
        """The share of words that are near; 1 for a document without words, unless it was not made."""
        return self.near / self.placed if self.placed else float(not self.compared.note)


def main() -> None:
    """Measure every Word file below the folders, print each one's figures, draw the worst, end with one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.likeness", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=_PAGE, help="the page of pictures (HTML)")
    parser.add_argument("--worst", type=int, default=_WORST, help="how many files are drawn")
    wanted = parser.parse_args()
    files = word_files(wanted.folders)
    peers = libreoffice_pdfs(files)
    found = compare_all([(path, peers.get(path), name) for path, name in files.items()], compare)
    judged = sorted((one for one in found if one.compared.pages is not None), key=lambda one: one.share_near)
    print("  near    ink  words  pages  file")
    for one in judged:
        print(_line(one))
    if len(judged) < len(found):
        print(f"{len(found) - len(judged)} files LibreOffice itself could not convert; they are not compared.")
    by_name = {name: path for path, name in files.items()}
    worst = [(one, by_name[one.compared.name]) for one in judged[: wanted.worst]]
    wanted.output.parent.mkdir(parents=True, exist_ok=True)
    wanted.output.write_text(_pictures([(one, path, peers[path]) for one, path in worst]))
    print(f"The worst, side by side: {wanted.output}")
    placed = sum(one.placed for one in judged)
    figures = {
        "near": round(fmean(one.share_near for one in judged), 4) if judged else None,
        "near_of_all_words": round(sum(one.near for one in judged) / placed, 4) if placed else None,
        "ink": round(fmean(one.ink for one in judged), 4) if judged else None,
    }
    print(json.dumps(figures | totals([one.compared for one in found])))


def _line(one: Likeness) -> str:
    words = one.compared
    kept = words.kept / words.words if words.words else float(not words.note)
    pages = f"{words.own_pages}/{words.pages}"
    return f"{one.share_near:6.3f} {one.ink:6.3f} {kept:6.3f} {pages:>6}  {words.name} {words.note}".rstrip()


def compare(own: Converted, peer: Path | None) -> Likeness:
    """Measure a converted document against LibreOffice's PDF, where there is one."""
    compared = compare_words(own, peer)
    if peer is None:
        return Likeness(compared)
    with pypdfium2.PdfDocument(peer) as theirs:
        if not own.content:
            return Likeness(compared, sum(len(places) for page in theirs for places in placed_words(page).values()))
        with pypdfium2.PdfDocument(own.content) as ours:
            placed = near = 0
            least = most = 0.0
            for number in range(max(len(theirs), len(ours))):
                left = theirs[number] if number < len(theirs) else None
                right = ours[number] if number < len(ours) else None
                if left is not None:
                    wanted = placed_words(left)
                    placed += sum(map(len, wanted.values()))
                    there = placed_words(right) if right is not None else {}
                    near += sum(count_near(places, there.get(word, ())) for word, places in wanted.items())
                smaller, larger = ink(left, right)
                least, most = least + smaller, most + larger
    return Likeness(compared, placed, near, least / most if most else 1.0)


def placed_words(page: pypdfium2.PdfPage) -> dict[str, list[Place]]:
    """Return the words of a page, folded, with the places of their first letters: points from the upper left."""
    height = page.get_height()
    text = page.get_textpage()
    signs, places = [], []
    for sign, place in _signs(text):
        for letter in folded(sign):
            signs.append(letter)
            places.append(place)
    found: dict[str, list[Place]] = defaultdict(list)
    for word in WORD.finditer("".join(signs)):
        x, y = places[word.start()]
        found[word[0]].append((x, height - y))
    return found


def _signs(text: pypdfium2.PdfTextPage) -> Iterator[tuple[str, Place]]:
    """Yield the signs of a page with their origins; what the reader makes up, such as a space, has that before it."""
    raw, x, y = pypdfium2.raw, c_double(), c_double()
    for index in range(text.count_chars()):
        sign = raw.FPDFText_GetUnicode(text, index)
        raw.FPDFText_GetCharOrigin(text, index, byref(x), byref(y))
        if sign and not 0xD800 <= sign < 0xE000:
            yield chr(sign), (x.value, y.value)


def count_near(wanted: Sequence[Place], there: Sequence[Place]) -> int:
    """Return how many places have one of their own within 3 mm, the nearest pairs being taken first."""
    pairs = sorted(
        (distance, left, right)
        for left, (x, y) in enumerate(wanted)
        for right, (own_x, own_y) in enumerate(there)
        if (distance := math.hypot(x - own_x, y - own_y)) <= _NEAR
    )
    lefts: set[int] = set()
    rights: set[int] = set()
    for _, left, right in pairs:
        if left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
    return len(lefts)


def ink(theirs: pypdfium2.PdfPage | None, ours: pypdfium2.PdfPage | None) -> tuple[float, float]:
    """Return the darkness of two pages, tile by tile, that both have, and that either has."""
    left, right = _tiles(theirs), _tiles(ours)
    size = (max(left.width, right.width), max(left.height, right.height))
    left, right = (_padded(tiles, size) for tiles in (left, right))
    return _sum(ImageChops.darker(left, right)), _sum(ImageChops.lighter(left, right))


def _tiles(page: pypdfium2.PdfPage | None) -> Image.Image:
    """Return a page as one dot a tile, a page that is not there as none; white is 0."""
    if page is None:
        return Image.new("L", (1, 1), 0)
    drawn = page.render(scale=2, grayscale=True).to_pil().convert("L")
    return ImageChops.invert(drawn).reduce(2 * _TILE)


def _padded(tiles: Image.Image, size: tuple[int, int]) -> Image.Image:
    whole = Image.new("L", size, 0)
    whole.paste(tiles)
    return whole


def _sum(tiles: Image.Image) -> float:
    return float(sum(dark * count for dark, count in enumerate(tiles.histogram())))


def _pictures(worst: Sequence[tuple[Likeness, Path, Path]]) -> str:
    """Return the page of the worst files: their figures, and ours beside LibreOffice's."""
    parts = [_HEAD]
    for one, path, peer in worst:
        own = converted(path, one.compared.name)
        parts.append(
            f"<h2>{escape(one.compared.name)}</h2><pre>  near    ink  words  pages\n{escape(_line(one))}</pre>"
        )
        if own.content:
            content = BytesIO()
            beside(own.content, peer.read_bytes(), _SHOWN_PAGES).quantize(64).save(content, "PNG", optimize=True)
            drawn = b64encode(content.getvalue()).decode()
            parts.append(f"<img alt='' src='data:image/png;base64,{drawn}'>")
        parts += [f"<p>{escape(str(loss))}</p>" for loss in own.lost]
    return "\n".join(parts)


if __name__ == "__main__":
    main()
