"""Workbooks as coordinators write them, with mistakes whose cells are known because they were put there."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from openpyxl.utils import get_column_letter

from flows.agreements.fields import fields_of
from flows.agreements.types import types
from flows.intake.heading_words import OTHER_HEADINGS
from tests.conftest import PROJECT
from tests.intake.spreadsheets import write_csv, write_ods, write_xls, write_xlsx

Row = dict[str, Any]
Place = tuple[str, str]
"""Sheet and cell of a mistake."""

_MUNICIPALITIES = [
    line.split(",") for line in (PROJECT / "flows/agreements/municipalities.csv").read_text("utf-8").splitlines()[1:]
]
_OF_THE_TRUST = [each for each in _MUNICIPALITIES if each[9] == "Nordlandssykehuset HF"]
_SPLIT = "60 % til ALIS, 40 % til kommunen"
_FIRST_NAMES = ("Kari", "Ola-Jørgen", "Ánne Máret", "Åse", "Per Ivar", "D'Arcy", "Zoë", "Ŋuorra", "Čáhppe", "Björk")
_SYLLABLES = ("nor", "fjell", "vik", "heim", "berg", "dal", "sund", "øy", "ås", "bekk", "lid", "mo", "stad", "nes")


@dataclass(frozen=True)
class Mistake:
    """Something that goes wrong in a row: what it does to the row, and the field whose cell must be named for it."""

    field: str
    spoil: Callable[[Row, Random], object]


def _write(field: str, *values: Any) -> Callable[[Row, Random], object]:
    def spoil(row: Row, random: Random) -> None:
        row[field] = random.choice(values)

    return spoil


def _without_split(field: str) -> Callable[[Row, Random], object]:
    def spoil(row: Row, random: Random) -> None:
        row.update(driftsform="Annen avtale", fordeling_praksiskompensasjon=_SPLIT, fordeling_produktivitet=_SPLIT)
        row[field] = random.choice((None, "60/40"))

    return spoil


ALIS_MISTAKES = [
    Mistake("kommunenr", _write("kommunenr", "9999", "1849", "0101", 2, "12345")),
    Mistake("kommunenr", _write("kommunenr", None, "Bodø")),
    Mistake("kommune_orgnr", _write("kommune_orgnr", "123456789", "NO 983974910 MVA", "983.974.910", None)),
    Mistake("kommune_navn", _write("kommune_navn", "Narnia", "Bodo kommune")),
    Mistake("kommune_kontaktperson", _write("kommune_kontaktperson", None, " ", "-", "Kari 3")),
    Mistake("lege_navn", _write("lege_navn", None, "L3ge", "#N/A")),
    Mistake("lege_hpr_nummer", _write("lege_hpr_nummer", "12AB", 123456, "1234567890", None, "#REF!")),
    Mistake("arbeidssted", _write("arbeidssted", None, "x" * 201)),
    Mistake("stilling_tittel", _write("stilling_tittel", None)),
    Mistake("kategori", _write("kategori", "Tannlege", None, 3)),
    Mistake("driftsform", _write("driftsform", "Frivillig", None)),
    Mistake("stillingsprosent", _write("stillingsprosent", "120 %", 0, "halv", None, "100 %; 50 %")),
    Mistake("oppstart_ny_ordning", _write("oppstart_ny_ordning", "28.02.2019", "31.02.2025", "nylig", None)),
    Mistake("forventet_avslutning", _write("forventet_avslutning", "13/2031", "snart", None)),
    Mistake("veileder_navn", lambda row, _random: row.update(veileder_navn=row["lege_navn"])),
    Mistake("avtale_gjelder_fra", _write("avtale_gjelder_fra", "31.04.2027", "mai", None, True)),
    Mistake("avtale_gjelder_til", _write("avtale_gjelder_til", date(2080, 1, 1), "01.01.2020")),
    Mistake("vikarbyra_tilknytning", _write("vikarbyra_tilknytning", "Ja", "kanskje")),
    Mistake("tilskudd_status", _write("tilskudd_status", "Avslag")),
    Mistake("avtalt_laeringsaktiviteter", _write("avtalt_laeringsaktiviteter", None, "-")),
    Mistake("tilrettelegging_belop", _write("tilrettelegging_belop", 20_000.5, "kr 100 000,-")),
    Mistake("fordeling_praksiskompensasjon", _without_split("fordeling_praksiskompensasjon")),
    Mistake("fordeling_produktivitet", _without_split("fordeling_produktivitet")),
    Mistake("avtalt_kommunal_finansiering", _write("avtalt_kommunal_finansiering", "01019012345")),
    Mistake("signatar_alis_navn", _write("signatar_alis_navn", "En Annen")),
    Mistake("signatur_sted", _write("signatur_sted", None)),
    Mistake("signatar_kommune_navn", _write("signatar_kommune_navn", None, "Kari+Ola")),
    Mistake("lege_epost", _write("lege_epost", "kari(at)kommune.no", "a@b")),
    Mistake("lege_mobil", _write("lege_mobil", "116117", "75 50 00 00", "ring meg")),
]
TJENESTEAVTALE6_MISTAKES = [
    Mistake("kommunenr", lambda row, _random: row.update(kommunenr="1806", kommune_visningsnavn="Narvik")),
    Mistake("kommune_orgnr", _write("kommune_orgnr", "123456789", None)),
    Mistake("hf_orgnr", _write("hf_orgnr", "123456789", None)),
    Mistake("hf_orgnr", _write("hf_orgnr", "983974880")),
    Mistake("overordnet_avtale_dato", _write("overordnet_avtale_dato", date(2040, 1, 1), None, "i fjor")),
    Mistake("registrert_utdanningsvirksomhet", _write("registrert_utdanningsvirksomhet", "Nei", None)),
    Mistake("alis_koordinator", _write("alis_koordinator", None)),
    Mistake("signatar_hf_navn", _write("signatar_hf_navn", None, "???")),
    Mistake("kommune_visningsnavn", _write("kommune_visningsnavn", "Oslo kommune")),
]


def write_seeded(folder: Path, seed: int) -> tuple[Path, list[Place], int, int]:
    """Write a workbook; return its path, the places of its mistakes, how many cases it has, and how many are good."""
    random = Random(seed)
    ending = random.choice(("xlsx", "xlsx", "xls", "ods", "csv"))
    sheets: dict[str, list[list[Any]]] = {}
    places: list[Place] = []
    cases = good = 0
    for kind in ("alis",) if ending == "csv" else random.choice((("alis",), ("alis", "tjenesteavtale6"))):
        name = "saker" if ending == "csv" else types()[kind].sheet
        rows = _alis_rows(random) if kind == "alis" else _service_rows(random)
        mistakes = ALIS_MISTAKES if kind == "alis" else TJENESTEAVTALE6_MISTAKES
        sheets[name], found = _lay_out(random, kind, name, rows, mistakes)
        places += found
        cases += len(rows)
        good += len(rows) - len(found)
    path = folder / f"saker.{ending}"
    if ending == "csv":
        write_csv(path, sheets, random.choice(("utf-8", "utf-8-sig", "utf-16")), random.choice((";", ",", "\t")))
    else:
        {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods}[ending](path, sheets)
    return path, places, cases, good


def _lay_out(
    random: Random, kind: str, sheet: str, rows: list[Row], mistakes: list[Mistake]
) -> tuple[list[list[Any]], list[Place]]:
    fields = list(rows[0])
    random.shuffle(fields)
    left = random.randrange(3)
    lines: list[list[Any]] = [[f"Avtaler {random.randrange(2020, 2030)}"]] * random.randrange(3)
    lines.append([None] * left + [_heading(random, kind, name) for name in fields])
    places: list[Place] = []
    for row in rows:
        lines += [[]] * (random.random() < 0.1)
        if random.random() < 0.4:
            mistake = random.choice(mistakes)
            mistake.spoil(row, random)
            cell = f"{get_column_letter(left + fields.index(mistake.field) + 1)}{len(lines) + 1}"
            places.append((sheet, cell))
        lines.append([None] * left + [row[name] for name in fields])
    return lines, places


def _heading(random: Random, kind: str, field: str) -> str:
    label = fields_of(types()[kind].case)[field].column.label
    heading = random.choice((label, label, field, *OTHER_HEADINGS.get(field, ())))
    return random.choice((heading, heading.upper(), f"  {heading} ", heading.replace(" ", "\u00a0"), f"{heading}:"))


def _alis_rows(random: Random) -> list[Row]:
    used: set[str] = set()
    return [_alis_row(random, used) for _row in range(random.randrange(5, 25))]


def _alis_row(random: Random, used: set[str]) -> Row:
    municipality = random.choice(_MUNICIPALITIES)
    category, practice = random.choice(
        [("Fastlege", "Ansatt"), ("fastlegevikar", "Annen avtale"), ("FASTLEGE", "Annen avtale"), ("GP", "Fastlønn")]
    )
    other = practice == "Annen avtale"
    return {
        **_municipality(random, municipality),
        "kommune_navn": random.choice((municipality[1], f"{municipality[2]} kommune", municipality[2].upper())),
        "kommune_kontaktperson": _name(random, used),
        "lege_navn": _name(random, used),
        "lege_hpr_nummer": _number(random, 900_000_000 + len(used) * 10_007),
        "lege_epost": random.choice((None, f"lege{len(used)}@eksempel.no")),
        "lege_mobil": random.choice((None, *_mobiles(len(used) // 4))),
        "arbeidssted": "Sentrum  legekontor & helsehus",
        "stilling_tittel": "Lege",
        "kategori": category,
        "driftsform": practice,
        "stillingsprosent": random.choice(
            (1, 1.0, 100, "100 %", 0.8, "80 %", "80,5 prosent", "100 %; 50 % fra 1.1.2029")
        ),
        "oppstart_ny_ordning": _day(random, date(2025, 3, 1)),
        "forventet_avslutning": random.choice(("02/2030", "2030-02", "februar 2030", date(2030, 2, 1))),
        "veileder_navn": _name(random, used),
        "avtale_gjelder_fra": _day(random, date(2027, 1, 1)),
        "avtale_gjelder_til": None,
        "vikarbyra_tilknytning": random.choice((None, "Nei", "n", False)),
        "vikariat_varighet_mnd": random.choice((12, "6")),
        "tilskudd_status": random.choice((None, "Søkt", "INNVILGET")),
        "avtalt_praksiskompensasjon": "Avtalt i 4.1.1.",
        "avtalt_laeringsaktiviteter": "Kurs:\n– reise\n– opphold",
        "avtalt_lavere_produktivitet": "Ingen særskilt avtale",
        "fordeling_praksiskompensasjon": _SPLIT if other else None,
        "fordeling_produktivitet": _SPLIT if other else None,
        "tilrettelegging_belop": random.choice((None, "1 234,50", "kr 5.000,-", 9999)),
        "maks_tilskuddsramme": random.choice((362_317, "362 317 kr", "362\u00a0317,00")),
        "avtalt_kommunal_finansiering": random.choice((None, "Flytting dekkes med inntil 20 000 kroner.")),
        "signatar_alis_navn": None,
        "signatur_sted": municipality[2],
        "signatar_kommune_navn": _name(random, used),
        "signatar_kommune_tittel": "Kommunedirektør",
    }


def _service_rows(random: Random) -> list[Row]:
    used: set[str] = set()
    return [
        {
            **_municipality(random, municipality),
            "kommune_visningsnavn": random.choice((municipality[4], municipality[2])),
            "hf_orgnr": random.choice(("983974910", "983 974 910", 983974910)),
            "avtale_gjelder_fra": _day(random, date(2027, 1, 1)),
            "overordnet_avtale_ref": "Sak 2023/1417",
            "overordnet_avtale_dato": _day(random, date(2023, 6, 15)),
            "registrert_utdanningsvirksomhet": random.choice(("Ja", "x", True)),
            "alis_koordinator": _name(random, used),
            "alis_kontakt_hf": _name(random, used),
            "signatur_sted": municipality[2],
            "signatar_kommune_navn": _name(random, used),
            "signatar_kommune_tittel": "Ordfører",
            "signatar_hf_navn": _name(random, used),
            "signatar_hf_tittel": "Direktør",
        }
        for municipality in random.sample(_OF_THE_TRUST, random.randrange(1, 12))
    ]


def _municipality(random: Random, municipality: list[str]) -> Row:
    number = municipality[0]
    return {
        "kommunenr": random.choice((number, int(number), f"{number} {municipality[2]}", f" {number}\u00a0")),
        "kommune_orgnr": _organisation(random, number),
    }


def _organisation(random: Random, municipality: str) -> Any:
    """Return the municipality's number, which all its rows have, as it may be written."""
    numbers = Random(municipality)
    while True:
        digits = f"{numbers.randrange(81_000_000, 99_999_999)}"
        check = -sum(int(d) * w for d, w in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
        if check < 10:
            number = f"{digits}{check}"
            return random.choice((number, int(number), f"{number[:3]}\u00a0{number[3:6]} {number[6:]}"))


def _name(random: Random, used: set[str]) -> str:
    while True:
        name = f"{random.choice(_FIRST_NAMES)} {''.join(random.sample(_SYLLABLES, 3)).title()}"
        if name not in used:
            used.add(name)
            return random.choice((name, unicodedata.normalize("NFD", name), name.replace(" ", "\u00a0")))


def _mobiles(doctor: int) -> tuple[Any, ...]:
    """Return ways of writing a number that only this doctor has."""
    two = f"{doctor:02}"
    return f"901 23 4{two}", int(f"412345{two}"), f"+47 90 12 34 {two}", f"00467012345{two}"


def _number(random: Random, number: int) -> Any:
    return random.choice((number, str(number), f"{number} ", float(number)))


def _day(random: Random, day: date) -> Any:
    months = ["jan.", "februar", "mars", "apr", "mai", "juni"]
    words = f"{day.day}. {months[day.month - 1]} {day.year}"
    return random.choice((day, f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", day.isoformat(), words))
