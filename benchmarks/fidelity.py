"""How faithful documents are: `python -m benchmarks.fidelity FOLDER…` compares each Word file with LibreOffice's PDF.

Words kept are the words of LibreOffice's own PDF that ours holds too, each as often as there; page counts are how many
documents have as many pages. A refused or crashed document keeps no word, and its page count is wrong. A file that
LibreOffice cannot open either (encrypted, damaged) has nothing to be compared with: it counts only if it crashes us.

Capitals do not count, as either PDF may draw them from small letters. Figures count apart from letters, as a note's
figure may be read with its word or not. Scripts without spaces count sign by sign, and so does Arabic, which
LibreOffice stretches to fill its lines, so that its words are read in pieces; signs that show nothing part no words.
What LibreOffice makes is kept (`libreoffice_pdfs`), so that a second run is short. `--lost` lists every loss as well.
Needs LibreOffice and poppler. Where the words stand is measured by `benchmarks.likeness`.
"""

import argparse
import json
import re
import subprocess
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.conversions import Converted, compare_all
from benchmarks.libreoffice_pdfs import libreoffice_pdfs, word_files
from flows.documents import Loss

#: Arabic, whose words are stretched; Thai, Lao, Burmese, Khmer, kana and Han, which are written without spaces.
_BY_SIGN = r"\u0600-\u06ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{_BY_SIGN}]|\d+|[^\W\d{_BY_SIGN}]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Compared:
    """One document: words of the peer, how many of them are ours too, pages of both; a note where it went wrong.

    `pages` is None where LibreOffice made no PDF. `missing` are the peer's words that ours lacks, `surplus` the
    reverse: a word that only reads differently is in both.
    """

    name: str
    words: int = 0
    kept: int = 0
    pages: int | None = None
    own_pages: int = 0
    seconds: float = 0.0
    note: str = ""
    missing: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    lost: tuple[Loss, ...] = ()


def main() -> None:
    """Compare every Word file below the folders, print the differences, and end with one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fidelity", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--lost", action="store_true", help="list every loss that the converter itself reports")
    wanted = parser.parse_args()
    files = word_files(wanted.folders)
    peers = libreoffice_pdfs(files)
    found = compare_all([(path, peers.get(path), name) for path, name in files.items()], compare_words)
    for one in sorted(found, key=lambda one: (bool(one.note), one.words - one.kept, one.pages != one.own_pages)):
        _print(one, wanted.lost)
    judged = [one for one in found if one.pages is not None]
    if len(judged) < len(found):
        print(f"{len(found) - len(judged)} files LibreOffice itself could not convert; they are not compared.")
    print(json.dumps(totals(found)))


def totals(found: list[Compared]) -> dict[str, float | int | None]:
    """Return the figures of all documents: words and page counts as shares, refusals and crashes as numbers."""
    judged = [one for one in found if one.pages is not None]
    words, same = sum(one.words for one in judged), sum(one.pages == one.own_pages for one in judged)
    return {
        "words": round(sum(one.kept for one in judged) / words, 5) if words else None,
        "page_counts": round(same / len(judged), 4) if judged else None,
        "refused": sum(one.note.startswith("refused") for one in judged),
        "crashed": sum(one.note.startswith("crashed") for one in found),
        "documents": len(judged),
    }


def _print(one: Compared, losses: bool) -> None:
    """Print how a document differs, the worst word losses and page counts being what one looks for."""
    if one.pages is None:
        print(f"{one.name}: no PDF of LibreOffice; {one.note or f'ours has {one.own_pages} pages'}")
    elif one.note or one.kept < one.words or one.pages != one.own_pages:
        parts = [f"{one.name}: {one.kept}/{one.words} words, {one.own_pages} pages for {one.pages}", one.note]
        parts += [f"lacks {' '.join(one.missing[:12])}" if one.missing else ""]
        parts += [f"has {' '.join(one.surplus[:12])}" if one.surplus else ""]
        parts += [f"{one.seconds:.0f} s" if one.seconds > 5 else ""]
        print("; ".join(filter(None, parts)))
    if losses:
        for loss in one.lost:
            print(f"    {one.name}: {loss.what} ({loss.where})")


def compare_words(own: Converted, peer: Path | None) -> Compared:
    """Lay the words of a converted document beside those of LibreOffice's PDF, where there is one."""
    if peer is None:
        return Compared(own.name, own_pages=own.pages, seconds=own.seconds, note=own.note, lost=own.lost)
    theirs, pages = _read(peer.read_bytes())
    ours = _read(own.content)[0] if own.content else Counter[str]()
    missing, surplus = theirs - ours, ours - theirs
    return Compared(
        own.name, theirs.total(), theirs.total() - missing.total(), pages, own.pages, own.seconds, own.note,
        tuple(missing.elements()), tuple(surplus.elements()), own.lost,
    )  # fmt: skip


def _read(pdf: bytes) -> tuple[Counter[str], int]:
    """Return the words of a PDF, as poppler reads them, and its number of pages."""
    read = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True, timeout=120
    )
    pages = read.stdout.count(b"\f")
    return Counter(WORD.findall(folded(read.stdout.decode("utf-8", "replace")))), pages


def folded(text: str) -> str:
    """Return a text as it is compared: without signs that show nothing, ligatures and capitals undone."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()


if __name__ == "__main__":
    main()
