"""How fast workbooks of cases are read and judged, and in how much memory.

`python -m benchmarks.intake [ROWS]` writes workbooks of good ALIS cases with one wrong cell in a hundred rows, judges
each in a process of its own, and compares with openpyxl's streaming reader, which reads the same cells and judges
nothing.
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

HEADINGS = {
    "Kommunenummer": "1804",
    "Kommune": "Bodø",
    "Kommunens organisasjonsnummer": "313018040",
    "Kontaktperson": "Marit Solbakken",
    "Legens navn": "Kari Fjordheim {letters}",
    "HPR-nr.": "{number}",
    "Arbeidssted": "Sentrum fastlegekontor {row}",
    "Stilling/arbeidstittel": "Fastlege",
    "Kategori": "Fastlege",
    "Driftsform": "Ansatt",
    "Stillingsprosent": "80 %",
    "Dato for oppstart i ny ordning for spesialistutdanning": "01.03.2025",
    "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)": "02/2030",
    "Navn på veileder i allmennmedisin": "Bjørn Skogvoll",
    "Avtalen gjelder fra": "01.01.2027",
    "4.1.1 Praksiskompensasjon": "Kompensasjon for inntil 20 dager, sak {row}.",
    "4.1.2 Læringsaktiviteter": "Kurs og reise etter regning.",
    "4.1.3 Kompensasjon for lavere produktivitet": "Åtte måneder.",
    "Sted": "Bodø",
    "Signatar for kommunen, navn": "Geir Nystad",
    "Signatar for kommunen, tittel": "Kommunedirektør",
}
_BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="ALIS-avtale" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>{more}'
    "</Relationships>"
)
_TEXTS = (
    '<Relationship Id="rId2" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/>'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_MEASURE = """
import resource, sys, time
from datetime import date
from pathlib import Path
begun = time.perf_counter()
if sys.argv[2] == "avtaleflyt":
    from flows.intake import read
    begun = time.perf_counter()
    judged = read(Path(sys.argv[1]), date(2026, 11, 22))
    seen, errors = judged.count, sum(one.level == "error" for one in judged.problems)
else:
    from openpyxl import load_workbook
    begun = time.perf_counter()
    rows = load_workbook(sys.argv[1], read_only=True).worksheets[0].iter_rows(values_only=True)
    seen, errors = sum(1 for _row in rows) - 1, 0
took = time.perf_counter() - begun
print(seen, errors, took, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def write_cases(path: Path, rows: int, first: int = 0) -> None:
    """Write a workbook of so many ALIS cases, from that number on; the HPR number of every hundredth is wrong."""
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml", more=""))
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml", more=_TEXTS),
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for number, cells in enumerate(_cells(rows, first), start=1):
                sheet.write(
                    f'<row r="{number}">{"".join(_cell(*cell, number, texts) for cell in cells)}</row>'.encode()
                )
            sheet.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w") as shared:
            shared.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
            for text in texts:
                shared.write(f"<si><t>{escape(text)}</t></si>".encode())
            shared.write(b"</sst>")


def _cells(rows: int, first: int = 0) -> Iterator[list[tuple[str, str]]]:
    columns = [get_column_letter(column) for column in range(1, len(HEADINGS) + 1)]
    yield list(zip(columns, HEADINGS, strict=True))
    for row in range(first, first + rows):
        number = "12AB" if row % 100 == 99 else f"{990_000_000 + row * 11 % 9_999_999}"
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(row))
        values = [value.format(row=row, number=number, letters=letters) for value in HEADINGS.values()]
        yield list(zip(columns, values, strict=True))


def _cell(column: str, value: str, row: int, texts: dict[str, int]) -> str:
    return f'<c r="{column}{row}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'


def measure(path: Path, reader: str) -> dict[str, float]:
    """Read a workbook in a process of its own; return cases, errors, seconds, seconds of processor, peak MiB."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path), reader], capture_output=True, text=True, check=True
    )
    cases, errors, seconds, cpu, memory = (float(each) for each in done.stdout.split())
    return {
        "cases": cases,
        "errors": errors,
        "seconds": round(seconds, 2),
        "cpu": round(cpu, 2),
        "peak_mib": round(memory),
    }


def main() -> None:
    """Measure and print."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for rows in (2_500, largest):
            path = Path(folder) / f"{rows}.xlsx"
            write_cases(path, rows)
            for reader in ("avtaleflyt", "openpyxl"):
                found[f"{reader}_{rows}"] = measure(path, reader)
    print(f"{'':24}{'cases':>9}{'errors':>9}{'seconds':>9}{'cpu':>9}{'peak MiB':>10}")
    for name, figures in found.items():
        print(f"{name:24}" + "".join(f"{value:>9g}" for value in figures.values()))
    print(json.dumps({"benchmark": "intake", **found}))


if __name__ == "__main__":
    main()
