"""Tell by evidence in which encoding a text file was saved.

A byte-order mark decides, and must be true. Without one, zero bytes tell UTF-16 and UTF-32; otherwise the file is
UTF-8 where all of it is, and where it is not, that one of the encodings of Norwegian machines (Windows, ISO-8859-15,
DOS, Macintosh) in which every letter beyond ASCII stands where such a letter can stand. ISO-8859-1 is read as
Windows-1252, which agrees with it in every letter. Where that leaves none, or two that differ, a sentence says what to
do: a letter is never guessed.
"""

import re
from codecs import (
    BOM_UTF8,
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    BOM_UTF32_LE,
    getincrementaldecoder,
)
from pathlib import Path

from flows.errors import CasesUnreadable
from flows.language import translate as _

_PIECE = 1024 * 1024
_SAMPLE = 64 * 1024
_LARGEST = 300 * _PIECE
_MARKS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_OTHERS = ("cp1252", "cp865", "cp850", "mac-roman")
"""Encodings of one byte a letter, tried where a file is not UTF-8."""
_OTHER_FILES = (
    (b"PK\x03\x04", ".xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
    (b"%PDF", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"\x1f\x8b", ".gz"),
)
_NORWEGIAN = frozenset("æøåÆØÅ")
_SMALL = "æøåáéíóúýàèòâêôäëïöüñçčđŋšŧžßðþ"
_CAPITAL = "ÆØÅÁÉÓÀÈÄËÏÖÜČĐŊŠŦŽÐÞ"
_BEFORE_WORDS = "«“„‘•–—§€£°½¼¾©×·\u00a0"
_AFTER_WORDS = "»”’…•–—®™²³·×\u00a0\u00ad"
_FITTING = re.compile(
    rf"[{_SMALL}]|(?<![a-z{_SMALL}])[{_CAPITAL}]|(?<=[^\W\d_])[’´](?=[^\W\d_])"
    rf"|(?<![^\W\d_])[{_BEFORE_WORDS}]|[{_AFTER_WORDS}](?![^\W\d_])"
)
"""A character beyond ASCII where Norwegian and Sámi texts have such: a letter, or a sign before, after or in a word."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_EVIDENCE = re.compile(rb"[\x00-\x7f]?[\x80-\xff]+[\x00-\x7f]?")
_MOST_EVIDENCE = 20_000
_MOSTLY, _HARDLY, _ENOUGH = 0.95, 0.5, 20


def encoding_of(path: Path) -> str:
    """Return the name of the encoding, as `open` takes it. Raises `CasesUnreadable` where none can be told."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    _refuse_other_files(path, sample)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return _proved(path, encoding)
    if b"\x00" in sample and (encoding := _by_zeros(sample)):
        return _proved(path, encoding)
    if (wrong := _first_wrong_byte(path, "utf-8")) is None:
        return "utf-8"
    return _of_one_byte(path, wrong)


def _refuse_other_files(path: Path, sample: bytes) -> None:
    if path.stat().st_size > _LARGEST:
        raise CasesUnreadable(_("«{file}» is too large. Divide it into several files.").format(file=path.name))
    for beginning, ending in _OTHER_FILES:
        if sample.startswith(beginning):
            raise CasesUnreadable(
                _("«{file}» is no text file: it begins as {ending} does. Give it its right ending.").format(
                    file=path.name, ending=ending
                )
            )
    if sample.lstrip().lower().startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise CasesUnreadable(
            _("«{file}» is a web page by the name of a text file. Open it and save it as .xlsx.").format(file=path.name)
        )


def _proved(path: Path, encoding: str) -> str:
    if _first_wrong_byte(path, encoding) is not None:
        raise _unknown(path)
    return encoding


def _by_zeros(sample: bytes) -> str:
    """Return the encoding of two or four bytes a letter whose zero bytes stand where Latin text has them, or empty."""
    whole = sample[: len(sample) // 4 * 4]
    zeros = [whole[place::4].count(0) / max(len(whole) // 4, 1) for place in range(4)]
    few, most = 0.02, 0.7
    match [0 if share <= few else 1 if share >= most else -1 for share in zeros]:
        case [0, 1, 0, 1]:
            return "utf-16-le"
        case [1, 0, 1, 0]:
            return "utf-16-be"
        case [0, _second, 1, 1] if zeros[1] >= most:
            return "utf-32-le"
        case [1, 1, _third, 0] if zeros[2] >= most:
            return "utf-32-be"
    return ""


def _first_wrong_byte(path: Path, encoding: str) -> int | None:
    """Return the line of the first byte that the encoding does not have, or None where it has them all."""
    decoder = getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            line += piece.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _of_one_byte(path: Path, first_wrong: int) -> str:
    """Return the encoding of one byte a letter that the letters beyond ASCII fit, each with its neighbours."""
    evidence = _evidence(path)
    shares = {encoding: share for encoding in _OTHERS if (share := _share_that_fits(evidence, encoding)) is not None}
    fitting = [encoding for encoding, share in shares.items() if share == 1]
    if not fitting and len(evidence) >= _ENOUGH:  # one odd sign among hundreds of letters
        best = max(shares, key=lambda encoding: shares[encoding], default="")
        others = [share for encoding, share in shares.items() if encoding not in (best, "cp850", "cp865")]
        fitting = [best] if best and shares[best] >= _MOSTLY and max(others, default=0) < _HARDLY else []
    readings = {encoding: b"".join(evidence).decode(encoding) for encoding in fitting}
    if "cp1252" in readings and not any(_NORWEGIAN & set(readings[other]) for other in readings if other != "cp1252"):
        return "cp1252"
    if len(set(readings.values())) == 1:
        return fitting[0]
    raise CasesUnreadable(
        _(
            "«{file}» has letters in line {line} whose encoding cannot be told. Open it where it was made, and save it "
            "as «CSV UTF-8» or .xlsx."
        ).format(file=path.name, line=first_wrong)
    )


def _evidence(path: Path) -> list[bytes]:
    """Return every different run of bytes beyond ASCII with its neighbours. Raises `CasesUnreadable` for no text."""
    found: set[bytes] = set()
    size = high = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            high += len(piece) - len(piece.translate(None, bytes(range(0x80, 0x100))))
            if b"\x00" in piece:
                raise _unknown(path)
            found.update(_EVIDENCE.findall(piece))
            if len(found) > _MOST_EVIDENCE:
                break
    if high > size / 3:
        raise _unknown(path)
    return sorted(found)


def _share_that_fits(evidence: list[bytes], encoding: str) -> float | None:
    """Return the share of the runs of which every letter stands where it can, or None where a byte means nothing."""
    try:
        texts = [run.decode(encoding) for run in evidence]
    except UnicodeDecodeError:
        return None
    return sum(len(_BEYOND_ASCII.findall(text)) == len(_FITTING.findall(text)) for text in texts) / len(texts)


def _unknown(path: Path) -> CasesUnreadable:
    return CasesUnreadable(
        _(
            "«{file}» is no text in an encoding that can be told. Open it where it was made, and save it as «CSV "
            "UTF-8» or .xlsx."
        ).format(file=path.name)
    )
