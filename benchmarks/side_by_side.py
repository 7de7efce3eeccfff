"""Pictures of our pages beside LibreOffice's: `python -m benchmarks.side_by_side [FILE.docx…] [-o FOLDER]`.

Each file becomes `NAME-side-by-side.png`: a row for each page, ours on the left, LibreOffice's on the right. Without a
file, both official templates are drawn, filled with invented data, into `docs/`. Needs LibreOffice.
"""

import argparse
from collections.abc import Mapping
from datetime import date
from itertools import islice
from pathlib import Path

import pypdfium2
from PIL import Image

from flows.documents import convert, fill, load_template
from flows.documents.libreoffice import convert_with_libreoffice
from flows.settings import load_settings

_DOCS = Path(__file__).parents[1] / "docs"
_SCALE = 1.15  # of 72 dots an inch
_GAP = 8  # dots between pages
_GREY = (150, 150, 150)
_FOOTER = {"malversjon": "1.0", "avtale_id": "a1b2c3d4e5f6", "avtale_versjon": "1"}
_FOLDERS = {"alis-avtale": "alis", "tjenesteavtale6-alis": "tjenesteavtale6"}
_ALIS: Mapping[str, object] = {
    "kommune_navn": "Hábmera suohkan/Prøvøy kommune",
    "kommune_kontaktperson": "Kari Prøvesen",
    "lege_navn": "Áilu Đorđe Prøvestad",
    "lege_hpr_nummer": "0000000",
    "arbeidssted": "Prøvøy legesenter",
    "stilling_tittel": "Lege i spesialisering",
    "oppstart_ny_ordning": date(2026, 3, 1),
    "forventet_avslutning": "02/2031",
    "veileder_navn": "Vár Veiledermo",
    "avtalt_praksiskompensasjon": "Praksiskompensasjon gis etter gjeldende satser.\nDen gjelder i to år.",
    "avtalt_laeringsaktiviteter": "Kurs og reiser dekkes etter regning.",
    "avtalt_lavere_produktivitet": "Ingen særskilt avtale",
    "avtalt_tilrettelegging": "Ingen særskilt avtale",
    "avtalt_tilleggselementer": "Ikke aktuelt: gjelder ikke denne legen.",
    "avtalt_kommunal_finansiering": "Ingen særskilt avtale",
    "sted_og_dato": "Prøvøy, 1. mars 2026",
    "signatar_kommune_navn": "Per Prøve",
    "signatar_kommune_tittel": "Kommunedirektør",
    "signatar_alis_navn": "Áilu Đorđe Prøvestad",
    "signatar_alis_tittel": "ALIS",
    **_FOOTER,
}
_TJENESTEAVTALE: Mapping[str, object] = {
    "kommune_visningsnavn": "Prøvøy kommune",
    "helseforetak_navn": "Nordlandssykehuset HF",
    "sted_og_dato": "Prøvøy, 1. mars 2026",
    "signatar_kommune_navn": "Per Prøve",
    "signatar_kommune_tittel": "Kommunedirektør",
    "signatar_hf_navn": "Siv Prøve",
    "signatar_hf_tittel": "Administrerende direktør",
    **_FOOTER,
}


def main() -> None:
    """Draw what was asked for, and say where the pictures are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.side_by_side", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    wanted = parser.parse_args()
    documents = {path.stem: path.read_bytes() for path in wanted.files} or _official()
    folder = wanted.output or (Path() if wanted.files else _DOCS)
    folder.mkdir(parents=True, exist_ok=True)
    for name, docx in documents.items():
        picture = beside(convert(docx).content, convert_with_libreoffice(docx))
        target = folder / f"{name}-side-by-side.png"
        picture.quantize(16).save(target, optimize=True)
        print(f"{target} ({target.stat().st_size // 1024} KiB)")


def _official() -> dict[str, bytes]:
    """Return the official templates, filled."""
    templates = load_settings().templates
    values = {"alis-avtale": _ALIS, "tjenesteavtale6-alis": _TJENESTEAVTALE}
    return {
        name: fill(load_template(templates / _FOLDERS[name] / "template.docx"), given) for name, given in values.items()
    }


def beside(ours: bytes, theirs: bytes, pages: int | None = None) -> Image.Image:
    """Return one picture of two PDFs, a row for each of their first `pages`, or of all."""
    left, right = _pages(ours, pages), _pages(theirs, pages)
    rows = [
        (left[index] if index < len(left) else None, right[index] if index < len(right) else None)
        for index in range(max(len(left), len(right)))
    ]
    column = max(page.width for page in (*left, *right))
    heights = [max(page.height for page in row if page is not None) for row in rows]
    picture = Image.new("RGB", (2 * column + 3 * _GAP, sum(heights) + _GAP * (len(rows) + 1)), _GREY)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        for index, page in enumerate(row):
            if page is not None:
                picture.paste(page, (_GAP + index * (column + _GAP), top))
        top += height + _GAP
    return picture


def _pages(pdf: bytes, most: int | None) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=_SCALE).to_pil().convert("RGB") for page in islice(document, most)]


if __name__ == "__main__":
    main()
