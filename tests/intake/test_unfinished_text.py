"""Texts that would be printed and that nobody meant to agree on are told at their cell; what may be agreed is not."""

from pathlib import Path

import pytest

from flows.intake.unfinished_text import unfinished
from tests.intake.workbooks import ALIS, read_rows

DOUBTFUL = [
    "N/A", "n/a.", "TODO: avklares", "Avklares senere", "???", ".", "…", "xxx", "[fyll inn]", "[Velg et element]",
    "{{ lege_navn }}", "Kurs<br>Reise", "<p>Kurs</p>", "**fet** tekst", "Kurs&nbsp;og reise", "samme som rad 2",
    "Kommunen dekker #REF! kr", "Dekker kr #####", "Dekker #N/A kroner", "Beløpet er 4,65E+04 kr", "Dekker #VERDI!",
    "Dekker <<beløp>> kr", "Dekker {belop} kr", "Dekker kr ____", "Dekker kr ......", "Dekker XX kr", "Dekker [beløp]",
    "Dekker ${belop}", "Dekker kr ??", "Kommunen dekker kurs?", "UTKAST: Kommunen dekker kurs", "OBS! sjekk beløp",
    "Kommentar: avklar med HR", "Dekker ~~kurs~~ reise", "Sentrum &#38; Nord", "Dekker NaN kr", "[object Object]",
    "Se over", "se ovenfor.", "Som raden over", "ditto", "Ukjent", "test",
]  # fmt: skip
MEANT = [
    "Etter avtale", "Avtales nærmere", "Se vedlegg 1", "Samme ordning som for LIS i sykehus", "Kurs < 100 kr",
    "Ingen", "5 % av lønn", "Kommunen dekker kurs [jf. 4.1.2].", "Testamentariske gaver", "100 000 kr * 2",
    "Dekkes fra rom #2 og utover", "Forslag fra ALIS avgjøres av kommunen.", "Kurs (inntil 3) ... og reise",
    "Dekker «grunnkurs A» og {B-kurs}", "Husk frist 1. mars", "Fast sum; E+ er eget kurs", "Dekker XXL-frakk",
]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["Samme som over", "som over", "N.N.", "Vikar", "Ubesatt", "Vakant", "Ditto", "Likt over", "Ikke ansatt"]
)
def test_nobodys_name_is_an_error_wherever_a_person_is_named(tmp_path: Path, name: str) -> None:
    """Also where no signature is asked for: the agreement would name a supervisor who does not exist."""
    judged = read_rows(tmp_path, {**ALIS, "Navn på veileder i allmennmedisin": name})
    assert [(each.level, each.cell) for each in judged.problems] == [("error", "N2")]


@pytest.mark.parametrize(
    ("name", "level"),
    [("K. F.", "warning"), ("Ola N.", "warning"), ("Ola N. Berg", ""), ("Kari Se", ""), ("Bo Li", "")],
)
def test_a_shortened_name_is_doubtful(tmp_path: Path, name: str, level: str) -> None:
    """The last name decides: initials between names are written so."""
    judged = read_rows(tmp_path, {**ALIS, "Navn på veileder i allmennmedisin": name})
    assert [each.level for each in judged.problems] == ([level] if level else [])


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_nobody_meant_is_doubtful(text: str) -> None:
    """Placeholders, references to other cells and marks of other programs."""
    assert unfinished(text)


@pytest.mark.parametrize("text", MEANT)
def test_what_may_be_agreed_is_not(text: str) -> None:
    """Also where it holds the same words or signs."""
    assert unfinished(text) == ""


def test_it_is_a_warning_at_its_cell(tmp_path: Path) -> None:
    """The case is taken: it may be what the parties want to say."""
    judged = read_rows(tmp_path, {**ALIS, "4.1.2 Læringsaktiviteter": "samme som rad 2", "Arbeidssted": "N/A"})
    assert [(each.level, each.cell) for each in judged.problems] == [("warning", "G2"), ("warning", "Q2")]
    assert len(judged.cases) == 1


@pytest.mark.parametrize(
    "text",
    ["0", "00", "1", "Ingen", "ikke aktuelt", "Ikke aktuell.", "se vedlegg", "Se vedlegg 1", "jf. eget ark", "Vedlagt",
     "kari@eksempel.no", "901 23 456", "01.01.2027", "80 %", "1804", "Velg et element.", "Tittel", "Sted", "nan",
     "SANN", "Klikk eller trykk her for å skrive inn tekst.",
     "se e-post", "i/a", "N/A", "som avtalt", "Nei", "ikkje oppgitt", "se vedlagte liste", "(ingen)", "vakant"],
)  # fmt: skip
@pytest.mark.parametrize("heading", ["Arbeidssted", "Sted", "Stilling/arbeidstittel"])
def test_what_names_nothing_is_told_where_something_must_be_named(tmp_path: Path, heading: str, text: str) -> None:
    """An agreement that says «Arbeidssted: 0» names no place."""
    judged = read_rows(tmp_path, {**ALIS, heading: text})
    assert [one.level for one in judged.problems] == ["warning"]


@pytest.mark.parametrize(
    "text",
    ["Ark legesenter", "Vedleggsgata 3", "Ikke-medisinsk senter", "Nei legekontor", "Epostveien 2", "1. etasje", "Å",
     "Legevakten i Avtalegata", "100-årsjubileet legesenter", "Ja", "Liste legekontor"],
)  # fmt: skip
def test_a_place_with_such_words_is_one(tmp_path: Path, text: str) -> None:
    """Only the word alone says that nothing is named."""
    judged = read_rows(tmp_path, {**ALIS, "Arbeidssted": text})
    assert [one.level for one in judged.problems] == (["warning"] if text == "Ja" else [])


@pytest.mark.parametrize("name", ["Ikke aktuelt", "se vedlegg", "Se eget ark", "N/A", "Ikkje oppgitt", "Se e-post"])
def test_no_person_is_called_so(tmp_path: Path, name: str) -> None:
    """The same words where a person is named."""
    judged = read_rows(tmp_path, {**ALIS, "Navn på veileder i allmennmedisin": name})
    assert [(each.level, each.cell) for each in judged.problems] == [("error", "N2")]


@pytest.mark.parametrize("text", ["Likt over", "Lik forrige", "Lik rad 4", "likt som ovenfor", "samme", "Se over"])
def test_a_text_that_points_to_another_cell_is_told(text: str) -> None:
    """Nobody who reads the agreement sees the other cell."""
    assert unfinished(text)


@pytest.mark.parametrize("text", ["Likt", "lik", "Det likt", "Likt mellom legene"])
def test_shared_alike_is_an_answer(text: str) -> None:
    """«Likt» says how something is shared."""
    assert not unfinished(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (("Kommunen dekker kurs og reise. " * 20)[:255], True),
        (("Kommunen dekker kurs og reise. " * 20)[:255].rstrip() + ".", False),
        (("Kommunen dekker kurs og reise. " * 20)[:253], False),
        ("x" * 254 + ".", False),
    ],
)
def test_a_text_as_long_as_programs_cut_them_is_told(tmp_path: Path, text: str, told: bool) -> None:
    """Older formats keep 255 signs of a text, and nobody is told there."""
    judged = read_rows(tmp_path, {**ALIS, "4.1.2 Læringsaktiviteter": text})
    assert [(each.level, each.column) for each in judged.problems] == (
        [("warning", "avtalt_laeringsaktiviteter")] if told else []
    )
