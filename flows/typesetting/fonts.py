"""Look up installed fonts: substitutes, line heights and advance widths.

A template names fonts of Word; the PDF embeds what is installed here. fontconfig chooses the substitute of a missing
font, as it does for every program of the machine, so LibreOffice uses the same one. Carlito, Caladea and the Liberation
fonts have the widths of the fonts that they replace, so lines break where Word breaks them.
"""

import hashlib
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock

from fontTools.ttLib import TTFont

from flows.typesetting.showable_text import has_glyph

#: Metric-compatible substitutes, by the font of Word in lower case: lines break at the same places.
SUBSTITUTES: Mapping[str, tuple[str, ...]] = {
    "calibri": ("Carlito",),
    "cambria": ("Caladea",),
    "times new roman": ("Liberation Serif", "Tinos"),
    "times": ("Nimbus Roman", "Liberation Serif", "Tinos"),
    "arial": ("Liberation Sans", "Arimo"),
    "helvetica": ("Nimbus Sans", "Liberation Sans", "Arimo"),
    "arial narrow": ("Liberation Sans Narrow", "Nimbus Sans Narrow"),
    "courier new": ("Liberation Mono", "Cousine"),
    "courier": ("Nimbus Mono PS", "Liberation Mono", "Cousine"),
    "georgia": ("Gelasio",),
}
#: Font file to use if fontconfig names none that can be read.
LAST_RESORT = ("Carlito", "Liberation Sans", "DejaVu Sans")
#: Families that are searched for characters that the font lacks.
REST = ("DejaVu Sans", "Liberation Sans", "OpenSymbol", "Noto Sans")

_SYMBOLS = "OpenSymbol"
_LIST = re.compile("[;,]")
#: Words for the style at the end of a font name. Light and medium letters are nearly as wide as regular ones.
_STYLES: Mapping[str, tuple[str, ...]] = {
    "bold": ("bold",),
    "italic": ("italic",),
    "oblique": ("italic",),
    "bolditalic": ("bold", "italic"),
    "regular": (),
    "medium": (),
    "light": (),
    "semilight": (),
    "semibold": ("bold",),
    "demi": ("bold",),
}
_STYLE = re.compile(f"[ -]({'|'.join(_STYLES)})$", re.IGNORECASE)
#: Bits of OpenType's OS/2 fsType: no embedding, no subsetting, bitmap embedding only.
_RESTRICTED, _NOT_CUT_DOWN, _BITMAPS_ALONE = 0x2, 0x100, 0x200
_NEEDED = {"head", "hhea", "hmtx", "maxp", "cmap", "name", "OS/2"}
_MOST_ADOPTED = 50
_ADOPTING = Lock()
_adopted: dict[str, Mapping[tuple[bool, bool], Path]] = {}
#: The font files that documents have embedded, in the order of their adoption.
adopted: "list[Adopted]" = []


@dataclass(frozen=True)
class Face:
    """Metrics of one font file: line height, widths, line gap and descent, all as fractions of the font size."""

    family: str
    line: float
    widths: Mapping[int, float] = field(repr=False)
    gap: float = 0.0
    depth: float = 0.2
    file: Path | None = None

    def width(self, text: str) -> float:
        """Return the width of a text in ems; characters from other fonts count half an em."""
        widths = self.widths
        return sum(widths.get(ord(sign), 0.5) for sign in text)


@cache
def installed() -> Mapping[str, Mapping[tuple[bool, bool], Path]]:
    """Return the installed font files by family (lower case) and (bold, italic), as fontconfig lists them."""
    program = shutil.which("fc-list")
    if program is None:
        return {}
    listing = subprocess.run(  # noqa: S603 - a fixed command
        [program, "--format", "%{family}\t%{style}\t%{weight}\t%{slant}\t%{file}\n"],
        capture_output=True, text=True, check=False, timeout=60,
    ).stdout  # fmt: skip
    found: dict[str, dict[tuple[bool, bool], Path]] = {}
    rows = sorted(row.split("\t") for row in listing.splitlines())
    for families, _, weight, slant, file in sorted(rows, key=lambda row: "Light" in row[1] or "Cond" in row[1]):
        if not file.lower().endswith((".ttf", ".otf", ".ttc")):
            continue
        bold = weight.strip("[]").split(" ")[0].isdigit() and int(weight) >= 180
        for family in families.split(","):
            found.setdefault(family.lower(), {}).setdefault((bold, slant != "0"), Path(file))
    return found


@cache
def substitute(family: str, script: str = "") -> str:
    """Return the family that replaces `family` of a document: itself if installed, else its substitute.

    The substitute for a font of another script (`asian`, `complex`) covers that script.
    """
    here = installed()
    if family.lower() in here or family.lower() in _adopted:
        return family
    for candidate in (_matched(family, script), *SUBSTITUTES.get(family.lower(), ()), *LAST_RESORT):
        if candidate.lower() in here:
            return candidate
    return family


def _matched(family: str, script: str) -> str:
    """Return the family that fontconfig matches."""
    program = shutil.which("fc-match")
    if program is None:
        return ""
    name = "".join(f"\\{sign}" if sign in "\\-:," else sign for sign in family)
    name += {"asian": ":lang=zh-cn", "complex": ":lang=ar"}.get(script, "")
    found = subprocess.run(  # noqa: S603 - a fixed command; the name is no option, as it comes after `--`
        [program, "--format", "%{family[0]}", "--", name], capture_output=True, text=True, check=False, timeout=60
    )
    return found.stdout.strip()


@cache
def single_family(name: str) -> tuple[str, bool, bool]:
    """Return the family that a font name of a document means, and whether the name itself says bold and italic.

    OpenDocument and CSS give lists (`Arial;Helvetica`), of which the first font that is there counts. PDF appends the
    style (`Arial,Bold`), which Word leaves to the run's own properties. Others end in it (`Arial Narrow Bold`).
    """
    if is_installed(name) or not missing(name):
        return name, False, False
    parts = [part.strip() for part in _LIST.split(name) if part.strip()]
    if len(parts) > 1:
        return next((part for part in parts if not missing(part)), parts[0]), False, False
    family = name.strip()
    style: set[str] = set()
    while (found := _STYLE.search(family)) is not None:
        style.update(_STYLES[found[1].lower()])
        family = family[: found.start()]
    return (name, False, False) if missing(family) else (family, "bold" in style, "italic" in style)


def missing(family: str) -> bool:
    """Return whether neither a font nor a metric-compatible one is installed."""
    return substitute(family) not in (family, *SUBSTITUTES.get(family.lower(), ()))


@dataclass(frozen=True, slots=True)
class Adopted:
    """A font file that a document embeds: its name in this process, its weight and its slant."""

    family: str
    bold: bool
    italic: bool
    file: Path


def is_installed(family: str) -> bool:
    """Return whether a font of exactly this name is installed."""
    return family.lower() in installed()


def adopt(family: str, faces: Mapping[tuple[bool, bool], bytes]) -> str:
    """Make a font's files, by (bold, italic), usable in this process; return the name to use.

    Empty if there is none, it is damaged, or its licence bits forbid embedding or subsetting. The name is unique: the
    name inside the file must not replace a font of another document.
    """
    digest = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in faces.values())).hexdigest()
    plain = "".join(sign for sign in family if sign.isascii() and (sign.isalnum() or sign == " "))
    name = f"{plain or 'Font'} {digest[:16]}"  # PDF/A-2 6.1.8: UTF-8; others are not there
    with _ADOPTING:
        if name.lower() not in _adopted:
            allowed = {face: content for face, content in faces.items() if may_be_embedded(content)}
            if not allowed or len(_adopted) >= _MOST_ADOPTED:
                return ""
            folder = Path(_folder().name)
            files = {face: folder / f"{digest[:16]}{'b' * face[0]}{'i' * face[1]}.ttf" for face in allowed}
            for face, content in allowed.items():
                files[face].write_bytes(_renamed(content, name))
            _adopted[name.lower()] = files
            adopted.extend(Adopted(name, *face, file) for face, file in files.items())
    return name


def may_be_embedded(content: bytes) -> bool:
    """Return whether a font file is readable and may be embedded and subset (OpenType, OS/2 fsType)."""
    try:
        with TTFont(BytesIO(content), lazy=True, checkChecksums=2) as font:
            if not set(font.keys()) >= _NEEDED or not {"glyf", "CFF "} & set(font.keys()):
                return False
            rights = font["OS/2"].fsType
            _read(font)
            return rights & 0xF != _RESTRICTED and not rights & (_NOT_CUT_DOWN | _BITMAPS_ALONE)
    except Exception:  # noqa: BLE001 - what a damaged font raises is for its reader to choose
        return False


def _renamed(content: bytes, name: str) -> bytes:
    """Return a font file with another family name, and else as it was: equal documents make equal pages."""
    with TTFont(BytesIO(content), lazy=True, recalcTimestamp=False) as font:
        for number in (1, 3, 4, 6, 16, 17, 18, 20, 21, 22, 25):
            font["name"].removeNames(nameID=number)
        for number, text in ((1, name), (2, "Regular"), (4, name), (6, name.replace(" ", "-"))):
            font["name"].setName(text, number, 3, 1, 0x409)
        packed = BytesIO()
        font.save(packed, reorderTables=None)
        return packed.getvalue()


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    """Return the folder of adopted fonts, which is removed when the process ends."""
    return tempfile.TemporaryDirectory(prefix="avtaleflyt-fonts-")


@cache
def face(family: str, bold: bool, italic: bool, script: str = "") -> Face:
    """Return the face for a family, weight and slant; the metrics of Word's default font if no file can be read."""
    used = substitute(family, script)
    files = installed().get(used.lower()) or _adopted.get(used.lower(), {})
    file = files.get((bold, italic)) or files.get((bold, False)) or files.get((False, False))
    if file is None:
        return Face(used, 1.2, {})
    return Face(used, *_measures(file), file)


@cache
def _measures(file: Path) -> tuple[float, Mapping[int, float], float, float]:
    number = 0 if file.suffix.lower() == ".ttc" else -1  # the first font of a collection
    with TTFont(file, lazy=True, fontNumber=number) as font:
        return _read(font)


def _read(font: TTFont) -> tuple[float, Mapping[int, float], float, float]:
    units = font["head"].unitsPerEm
    head, system = font["hhea"], font.get("OS/2")
    high, low, gap = head.ascent, -head.descent, head.lineGap
    if font["name"].getDebugName(1) == _SYMBOLS:
        gap = 0  # LibreOffice adds none for its own symbol font
    elif system is not None and system.fsSelection & 0x80:
        high, low, gap = system.sTypoAscender, -system.sTypoDescender, system.sTypoLineGap
    elif high + low == 0 and system is not None:
        high, low, gap = system.usWinAscent, system.usWinDescent, 0
    advances = font["hmtx"].metrics
    widths = {code: advances[name][0] / units for code, name in font.getBestCmap().items()}
    return (high + low + gap) / units, widths, gap / units, low / units


def lacks_glyph(sign: str) -> bool:
    """Return whether no installed or adopted font has the character; invisible characters need no glyph."""
    return _not_installed(sign) and not any(ord(sign) in _measures(item.file)[1] for item in adopted)


@cache
def _not_installed(sign: str) -> bool:
    if (
        sign.isspace()
        or unicodedata.category(sign) == "Cf"
        or any(ord(sign) in face(family, False, False).widths for family in REST)
    ):
        return False
    return not has_glyph(sign)
