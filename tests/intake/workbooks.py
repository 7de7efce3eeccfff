"""Workbooks and JSON files to read: good rows, with one thing changed."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from flows.agreements.problems import Problem
from flows.intake import ValidatedSource, read

TODAY = date(2026, 11, 22)

ALIS: dict[str, Any] = {
    "Kommunenummer": "1804",
    "Kommune": "Bodø",
    "Kommunens organisasjonsnummer": "313018040",
    "Kontaktperson": "Marit Solbakken",
    "Legens navn": "Kari Fjordheim",
    "HPR-nr.": "990010211",
    "Arbeidssted": "Sentrum fastlegekontor",
    "Stilling/arbeidstittel": "Fastlege",
    "Kategori": "Fastlege",
    "Driftsform": "Ansatt",
    "Stillingsprosent": 1.0,
    "Dato for oppstart i ny ordning for spesialistutdanning": date(2025, 3, 1),
    "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)": "02/2030",
    "Navn på veileder i allmennmedisin": "Bjørn Skogvoll",
    "Avtalen gjelder fra": date(2027, 1, 1),
    "4.1.1 Praksiskompensasjon": "Avtalt i 4.1.1.",
    "4.1.2 Læringsaktiviteter": "Avtalt i 4.1.2.",
    "4.1.3 Kompensasjon for lavere produktivitet": "Avtalt i 4.1.3.",
    "Sted": "Bodø",
    "Signatar for kommunen, navn": "Geir Nystad",
    "Signatar for kommunen, tittel": "Kommunedirektør",
}
TJENESTEAVTALE6: dict[str, Any] = {
    "Kommunenummer": "1804",
    "Kommune": "Bodø kommune",
    "Kommunens organisasjonsnummer": "313018040",
    "Helseforetakets organisasjonsnummer": "983 974 910",
    "Avtalen gjelder fra": date(2027, 1, 1),
    "Overordnet samarbeidsavtale, referanse": "Sak 2023/1417",
    "Overordnet samarbeidsavtale, dato": date(2023, 6, 15),
    "Registrert utdanningsvirksomhet": "Ja",
    "ALIS-koordinator i kommunen": "Marit Solbakken",
    "ALIS-kontakt i helseforetaket": "Ragnhild Saltstraum",
    "Sted": "Bodø",
    "Signatar for kommunen, navn": "Geir Nystad",
    "Signatar for kommunen, tittel": "Kommunedirektør",
    "Signatar for helseforetaket, navn": "Vegard Landego",
    "Signatar for helseforetaket, tittel": "Administrerende direktør",
}
JSON_CASE: dict[str, Any] = {
    "kommunenr": "1804",
    "kommune_navn": "Bodø",
    "kommune_orgnr": "313018040",
    "kommune_kontaktperson": "Marit Solbakken",
    "lege_navn": "Kari Fjordheim",
    "lege_hpr_nummer": "990010211",
    "arbeidssted": "Sentrum fastlegekontor",
    "stilling_tittel": "Fastlege",
    "kategori": "fastlege",
    "driftsform": "ansatt",
    "stillingsprosent": 100,
    "oppstart_ny_ordning": "2025-03-01",
    "forventet_avslutning": "02/2030",
    "veileder_navn": "Bjørn Skogvoll",
    "avtale_gjelder_fra": "2027-01-01",
    "avtalt_praksiskompensasjon": "Avtalt i 4.1.1.",
    "avtalt_laeringsaktiviteter": "Avtalt i 4.1.2.",
    "avtalt_lavere_produktivitet": "Avtalt i 4.1.3.",
    "signatur_sted": "Bodø",
    "signatar_kommune_navn": "Geir Nystad",
    "signatar_kommune_tittel": "Kommunedirektør",
}


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """Write a workbook of raw cells: sheet name → rows of values."""
    workbook = Workbook()
    for unnamed in workbook.worksheets:
        workbook.remove(unnamed)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
    workbook.save(path)
    return path


def table(rows: Sequence[Mapping[str, Any]], headings: Sequence[str] | None = None) -> list[list[Any]]:
    """Return the cells of a sheet: one row of headings, one row a case."""
    used = list(headings or dict.fromkeys(heading for row in rows for heading in row))
    return [used, *([row.get(heading) for heading in used] for row in rows)]


def read_rows(folder: Path, *rows: Mapping[str, Any], sheet: str = "ALIS-avtale") -> ValidatedSource:
    """Write rows as a workbook with one sheet, and read it."""
    return read(write_workbook(folder / "cases.xlsx", {sheet: table(rows)}), TODAY)


def read_json(folder: Path, content: Any) -> ValidatedSource:
    """Write content as a JSON file, and read it."""
    path = folder / "cases.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return read(path, TODAY)


def places(problems: Sequence[Problem]) -> list[tuple[str, str, str, str]]:
    """Return cell or pointer, column, rule and level of each problem."""
    return [(each.cell or each.pointer, each.column, each.rule, each.level) for each in problems]
