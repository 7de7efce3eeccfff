"""Text files: encoding by evidence, separator by the headings, quotation marks and cells by their lines.

A file is read right, or a sentence says what to do; nothing of one row becomes another's, and no letter is guessed.
"""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from flows.agreements.alis_case import AlisCase
from flows.errors import CasesUnreadable
from flows.intake import ValidatedSource, read
from tests.intake.workbooks import ALIS, TODAY, table

CASES = Path("/work/shared/cases/intake")
LAST = "4.3 Kommunal finansiering"
HEADINGS, CELLS = table([{**ALIS, LAST: "Flytting dekkes."}])
COLUMN = {heading: number for number, heading in enumerate(HEADINGS)}


def row(number: int, **changed: str) -> list[str]:
    """Return the cells of a good case with its own number; changed ones by `text` (the last), `name` and `place`."""
    cells = [f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell) for cell in CELLS]
    cells[COLUMN["HPR-nr."]] = f"9900{number}0{number}1{number}"
    cells[COLUMN["Legens navn"]] = changed.get("name", "Kari Åsbø")
    cells[COLUMN["Arbeidssted"]] = changed.get("place", f"Legekontor {number}")
    cells[COLUMN[LAST]] = changed.get("text", "Flytting dekkes.")
    return cells


def line(cells: Sequence[str], separator: str = ";") -> str:
    """Return a line without its end, quoted where it must be."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def bare(cells: Sequence[str], separator: str = ";") -> str:
    """Return a line in which nothing is quoted."""
    return separator.join(cells)


def file_of(*lines: str, separator: str = ";", end: str = "\n") -> str:
    """Return the text of a file with the headings and these lines."""
    return "".join(each + end for each in (line(HEADINGS, separator), *lines))


def judged(folder: Path, content: str | bytes) -> ValidatedSource:
    """Read a file with this content."""
    path = folder / "saker.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, TODAY)


def texts(found: ValidatedSource) -> list[str]:
    """Return the last text of every good case."""
    return [each.case.avtalt_kommunal_finansiering for each in found.cases if isinstance(each.case, AlisCase)]


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside the project")
def test_the_files_that_went_wrong() -> None:
    """Twenty-four commas in a text are no separators; an unclosed quotation mark is named by its line."""
    assert (len(read(CASES / "02-commas.csv", TODAY).cases), read(CASES / "02-commas.csv", TODAY).count) == (1, 1)
    unclosed = read(CASES / "F5-unclosed-quote.csv", TODAY)
    (problem,) = unclosed.problems
    assert (unclosed.count, problem.level, problem.row) == (0, "error", 2)
    assert "linje 2" in problem.message


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
OLD_ENCODINGS = ["cp1252", "latin-1", "iso8859-15", "cp865", "cp850", "mac-roman"]


@pytest.mark.parametrize("encoding", ENCODINGS + OLD_ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_encoding_is_told_by_evidence(tmp_path: Path, encoding: str, end: str) -> None:
    """With and without a mark, and in the encodings of one byte a letter: every letter comes out as it was."""
    text = "Læring på Åmot, Ørje & Ærfugl"
    if encoding not in ("latin-1", "iso8859-15"):
        text += " – «kurs» Ålesund’s"
    if encoding in ("cp865", "cp850"):
        text = text.replace("–", "-").replace("’", "'").replace("«", "").replace("»", "")
    found = judged(tmp_path, file_of(line(row(1, text=text)), line(row(2)), end=end).encode(encoding))
    assert found.problems == ()
    assert texts(found)[0] == text
    assert [each.case.model_dump()["lege_navn"] for each in found.cases] == ["Kari Åsbø"] * 2


@pytest.mark.parametrize("encoding", OLD_ENCODINGS)
@pytest.mark.parametrize("word", ["Bodø", "Ås", "blå", "Tromsø;", "ærlig", "SØR", "én øy"])
def test_one_letter_is_read_right_or_not_at_all(tmp_path: Path, encoding: str, word: str) -> None:
    """With headings in plain letters and one other letter in the whole file, it is that letter or a sentence."""
    plain = {heading: heading for heading in HEADINGS} | {
        HEADINGS[12]: "forventet_avslutning",
        "4.1.2 Læringsaktiviteter": "avtalt_laeringsaktiviteter",
        "Navn på veileder i allmennmedisin": "veileder_navn",
    }
    cells = [cell.replace("Bodø", "Bodo").replace("Bjørn", "Bjorn") for cell in row(1, name="Kari Lie")]
    cells[-1] = word
    content = "\n".join([line([plain[heading] for heading in HEADINGS]), line(cells)]).encode(encoding)
    try:
        found = judged(tmp_path, content)
    except CasesUnreadable:
        return
    assert word in bytes.decode((tmp_path / "saker.csv").read_bytes(), encoding)
    assert {each.column for each in found.problems} <= {"kommune_navn"}
    values = [each.value for each in found.problems] + texts(found)
    assert all(value.isascii() or value == word for value in values)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (file_of(line(row(1))).encode("cp500"), "tegnsett som lar seg avgjøre"),
        (bytes(range(256)) * 20, "tegnsett som lar seg avgjøre"),
        (b"\xff\xfe" + file_of(line(row(1))).encode("utf-16-le")[:-1], "tegnsett som lar seg avgjøre"),
        (b"\xef\xbb\xbf" + "Bodø".encode("cp1252"), "tegnsett som lar seg avgjøre"),
        (file_of(line(row(1))).encode() + line(row(2)).encode("cp1252"), "på linje 3"),
        (file_of(line(row(1))).encode()[:-20] + "Bodø".encode()[:-1], "på linje 2"),
        ("a;D’Arcy\n".encode("cp1252"), "på linje 1"),
        ("čáŋŧ\n".encode("iso8859_10") + b"abcdefghijkl", "på linje 1"),
        (b"PK\x03\x04" + bytes(100), r"begynner som en \.xlsx"),
        (b"%PDF-1.7", r"begynner som en \.pdf"),
        (b"<html><table>", "nettside"),
    ],
)
def test_what_is_no_known_text_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    """EBCDIC, binary, half a character, a mark that is not true, two encodings in one file, another kind of file."""
    with pytest.raises(CasesUnreadable, match=sentence):
        judged(tmp_path, content)


def taken_for(codec: str) -> Callable[[str], str]:
    """Return what makes of a text what it becomes when its UTF-8 is taken for another encoding."""

    def wrong(text: str) -> str:
        return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())

    return wrong


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp850", "mac-roman"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_was_encoded_twice_is_one_problem(tmp_path: Path, codec: str, times: int) -> None:
    """«BodÃ¸» is never printed: no case is taken, and the sentence shows what it should be."""
    content = file_of(line(row(1)), line(row(2)))
    for _time in range(times if codec == "cp1252" else 1):
        content = taken_for(codec)(content)
    found = judged(tmp_path, content)
    (problem,) = found.problems
    assert (found.count, problem.level) == (0, "error")
    assert "ø" in problem.message


@pytest.mark.parametrize(
    "name", ["BjÃ¸rn Ås", "Bj�rn Ås", "Bj\x91rn Ås", "Bj\x00rn Ås", "Bj?rn Ås", "Bj├©rn Ås", "Bj√∏rn Ås"]
)
def test_damaged_letters_in_one_cell_are_told_there(tmp_path: Path, name: str) -> None:
    """A cell that was copied from a damaged text is wrong in itself; the other rows go on."""
    found = judged(tmp_path, file_of(line(row(1, name=name)), line(row(2))))
    assert [(each.cell, each.column, each.level) for each in found.problems] == [("E2", "lege_navn", "error")]
    assert [each.row for each in found.cases] == [3]


@pytest.mark.parametrize(
    "text", ["PÅ\u00a0VEGNE av «SMÅ»", "BLÅ…", "Er det så? Ja.", "https://eksempel.no/a?b=c", "½ §"]
)
def test_letters_that_are_as_they_should_be(tmp_path: Path, text: str) -> None:
    """What only looks like damage is none."""
    found = judged(tmp_path, file_of(line(row(1, text=text))))
    assert found.problems == ()
    assert texts(found) == [text.replace("\u00a0", " ")]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("others", [";", ",", "\t", "|"])
def test_the_separator_is_that_of_the_headings(tmp_path: Path, separator: str, others: str) -> None:
    """However many other separators a text has, they separate nothing."""
    text = others.join(f"kurs {number}" for number in range(60))
    found = judged(tmp_path, file_of(line(row(1, text=text), separator), separator=separator))
    assert found.problems == ()
    assert texts(found) == [" ".join(text.split("\t")) if others == "\t" else text]


@pytest.mark.parametrize("named", ["sep=:", '"sep=:"', "SEP=:", "sep=: "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_line_that_names_the_separator_is_believed(tmp_path: Path, named: str, end: str, encoding: str) -> None:
    """Any one character may be named."""
    content = named + end + file_of(line(row(1), ":"), separator=":", end=end)
    found = judged(tmp_path, content.encode(encoding))
    assert ([each.row for each in found.cases], found.problems) == ([3], ())


def test_a_line_that_names_the_wrong_separator_is_not(tmp_path: Path) -> None:
    """The headings say otherwise, and they are right."""
    assert len(judged(tmp_path, "sep=,\n" + file_of(line(row(1)))).cases) == 1


@pytest.mark.parametrize("cell", ['"Kommunen dekker husleie', '"Fase 1" og mer', '"', '"Kurs ""Fase 1""'])
@pytest.mark.parametrize("column", ["Arbeidssted", LAST])
@pytest.mark.parametrize("later", ["Legekontor 3", 'Kontor "3"', '"Kontor; 3"', 'Skjerm 24"', '"Kontor ""3"""', '""'])
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_an_unclosed_quotation_mark_is_named_by_its_line(
    tmp_path: Path, cell: str, column: str, later: str, end: str
) -> None:
    """Whatever marks follow in later rows, the line where it opens is named, and no case of the file is taken."""
    broken, third = row(2), row(3)
    broken[COLUMN[column]], third[COLUMN[column]] = cell, later
    found = judged(tmp_path, file_of(bare(row(1)), bare(broken), bare(third), bare(row(4)), end=end))
    (problem,) = found.problems
    assert (found.count, problem.row, problem.level) == (0, 3, "error")
    assert "linje 3" in problem.message


def test_the_line_is_the_one_in_the_file(tmp_path: Path) -> None:
    """After a cell of several lines, rows and lines count differently: the line is told, and the cell as on screen."""
    broken = bare([*row(2)[:-1], '"Kommunen dekker'])
    found = judged(tmp_path, file_of(line(row(1, text="en\nto\ntre")), broken))
    (problem,) = found.problems
    assert (problem.cell, problem.row) == ("V3", 3)
    assert "linje 5" in problem.message


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('5" skjerm', '5" skjerm'),
        ('Fase "1" og "2"', 'Fase "1" og "2"'),
        ('"Fase ""1"", kurs"', 'Fase "1", kurs'),
        (' "Kurs; reise" ', "Kurs; reise"),
        (' "Fase 1" og mer', '"Fase 1" og mer'),
        ('"en\nto"', "en\nto"),
        ('"en\r\nto"', "en\nto"),
        ('"en\rto"', "en\nto"),
        ('"en\n\n""to"" tre"', 'en\n\n"to" tre'),
        ('""', ""),
        ('"""Fase 1"" og mer"', '"Fase 1" og mer'),
    ],
)
def test_quotation_marks_that_are_right(tmp_path: Path, written: str, said: str) -> None:
    """Marks inside a text, doubled ones, spaces around them, line breaks of every kind."""
    found = judged(tmp_path, file_of(bare([*row(1)[:-1], written]), bare(row(2))))
    assert found.problems == ()
    assert texts(found) == [said, "Flytting dekkes."]


@pytest.mark.parametrize(
    "broken",
    [
        bare(row(1, text="Flytting; hus")),
        bare(row(1, place="Sentrum; øst")),
        bare(row(1)[:-1]),
        bare([*row(1)[:16], *row(1)[17:]]),
        bare([*row(1)[:8], "", *row(1)[8:]]),
        bare(row(1)) + ";",
        bare(row(1)) + ";;;",
        bare(row(1, place="Sentrum\nøst")),
        bare(row(1, text="Flytting\ndekkes")),
        bare(row(1, text="Flytting\n\ndekkes; hus")),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_a_row_with_other_cells_than_the_headings_is_no_case(tmp_path: Path, broken: str, before: bool) -> None:
    """Too many, too few, a line break without quotation marks: nothing is taken from it, and its line is named."""
    lines = [bare(row(2)), broken, bare(row(3))] if before else [broken, bare(row(2)), bare(row(3))]
    found = judged(tmp_path, file_of(*lines))
    numbers = {each.case.model_dump()["lege_hpr_nummer"] for each in found.cases}
    assert row(1)[COLUMN["HPR-nr."]] not in numbers
    assert len(numbers) == 2
    assert set(texts(found)) == {"Flytting dekkes."}
    errors = [each for each in found.problems if each.level == "error"]
    assert errors
    assert any(f"inje {3 if before else 2} " in each.message or "på linje" in each.message for each in errors)


def test_a_shift_that_the_last_empty_column_would_hide(tmp_path: Path) -> None:
    """Where the last column is empty, a separator too many moves texts and loses none; it is told all the same."""
    shifted = row(1, text="")
    shifted[COLUMN["4.1.2 Læringsaktiviteter"]] = "Kurs; reise"
    headings = line([*HEADINGS, ""])
    for content in (file_of(bare(shifted)), f"{headings}\n{bare(shifted)};\n"):
        found = judged(tmp_path, content)
        assert (found.count, len(found.cases)) == (1, 0)


def test_separators_at_the_end_of_every_line_are_no_cells(tmp_path: Path) -> None:
    """With the headings' own as well, every line has as many."""
    content = "".join(f"{each};;\n" for each in file_of(line(row(1)), line(row(2))).splitlines())
    found = judged(tmp_path, content)
    assert (len(found.cases), found.problems) == (2, ())


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    """Empty ones, spaces, separators alone."""
    found = judged(tmp_path, file_of(line(row(1)), "", "  ", ";" * 21, line(row(2))))
    assert ([each.row for each in found.cases], found.problems) == ([2, 6], ())


def test_separators_that_excel_left_out(tmp_path: Path) -> None:
    """Excel leaves out the last empty cells of sixteen rows at a time; one short row among others is still wrong."""
    full: list[str] = []
    empty: list[str] = []
    for number in range(45):
        cells = row(1, text="Flytting." if number < 15 else "", place=f"Kontor {number}")
        cells[COLUMN["HPR-nr."]] = f"99{number:03}0110"
        (full if number < 15 else empty).append(line(cells).removesuffix(";"))
    assert judged(tmp_path, file_of(*full, *empty)).rejected == 0
    assert judged(tmp_path, file_of(*full[:-1], empty[0], *empty[1:])).rejected == 1


def test_a_decimal_comma_in_a_file_of_commas_is_told(tmp_path: Path) -> None:
    """«80,5» without quotation marks is two cells."""
    cells = row(1)
    cells[COLUMN["Stillingsprosent"]] = "80,5"
    assert judged(tmp_path, file_of(bare(cells, ","), separator=",")).rejected == 1
    assert judged(tmp_path, file_of(line(cells, ","), separator=",")).rejected == 0


@pytest.mark.parametrize("length", [40_000, 150_000, 1_500_000])
def test_a_text_that_is_far_too_long_is_one_problem(tmp_path: Path, length: int) -> None:
    """Longer than any spreadsheet's cell, with and without quotation marks."""
    for cell in ("x" * length, f'"{"x" * length}"'):
        found = judged(tmp_path, file_of(bare([*row(1)[:-1], cell]), bare(row(2))))
        assert [each.column for each in found.problems] == ["avtalt_kommunal_finansiering"]
        assert len(found.cases) == 1


def test_an_endless_quotation_mark_costs_little(tmp_path: Path) -> None:
    """Twenty megabytes after it are not searched again for every line."""
    content = file_of(bare([*row(1)[:-1], '"Kommunen']), *([bare(row(2, text='24"" og ""x'))] * 60_000))
    assert judged(tmp_path, content).count == 0


def test_files_put_one_after_the_other(tmp_path: Path) -> None:
    """The mark and the headings of the second stand in the middle: told in one problem, and both cases are read."""
    found = judged(tmp_path, file_of(line(row(1))) + "\ufeff" + file_of(line(row(2))))
    assert ([(each.rule, each.row) for each in found.problems], len(found.cases)) == ([("row", 3)], 2)
