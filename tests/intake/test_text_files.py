"""Text files: the separator by the headings, quotation marks and cells by their lines.

A file is read right, or a sentence says what to do: nothing of one row becomes another's.
"""

from pathlib import Path
from random import Random

import pytest

from flows.errors import CasesUnreadable
from flows.intake import read
from tests.conftest import PROJECT
from tests.intake.text_files import COLUMN, HEADINGS, LAST, bare, file_of, judged, line, row, texts
from tests.intake.workbooks import TODAY

CASES = PROJECT.parent / "shared" / "cases" / "intake"


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside the project")
def test_the_files_that_went_wrong() -> None:
    """Twenty-four commas in a text are no separators; an unclosed quotation mark is named by its line."""
    assert (len(read(CASES / "02-commas.csv", TODAY).cases), read(CASES / "02-commas.csv", TODAY).count) == (1, 1)
    unclosed = read(CASES / "F5-unclosed-quote.csv", TODAY)
    (problem,) = unclosed.problems
    assert (unclosed.count, problem.level, problem.row) == (0, "error", 2)
    assert "linje 2" in problem.message


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
    assert ([each.place.row for each in found.cases], found.problems) == ([3], ())


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
    assert ([each.place.row for each in found.cases], found.problems) == ([2, 6], ())


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


@pytest.mark.parametrize("length", [40_000, 400_000])
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


@pytest.mark.parametrize("seed", range(6))
def test_one_character_too_many_or_too_few_mixes_no_rows(tmp_path: Path, seed: int) -> None:
    """A mark, a separator or a line break that is put in or left out: no case has two other values than before."""
    random = Random(seed)
    long = ["Kurs; reise", "en\nto", 'Skjerm 24" ny', "Husleie"]
    lines = [
        line(row(number, text=f"{random.choice(long)} {number}", place=f"{random.choice(long)} {number}"))
        for number in range(1, 5)
    ]
    good = {
        each.case.model_dump()["lege_hpr_nummer"]: each.case.model_dump()
        for each in judged(tmp_path, file_of(*lines)).cases
    }
    assert len(good) == 4
    for _run in range(12):
        content = file_of(*lines)
        sign, at = random.choice('";\n'), random.randrange(len(line(HEADINGS)), len(content))
        places = [place for place, letter in enumerate(content) if letter == sign and place > len(line(HEADINGS))]
        if random.random() < 0.5:
            at = random.choice(places)
            content = content[:at] + content[at + 1 :]
        else:
            content = content[:at] + sign + content[at:]
        found = judged(tmp_path, content)
        assert len(found.cases) == 4 or any(each.level == "error" for each in found.problems), content
        for each in found.cases:
            values = each.case.model_dump()
            before = good.get(values["lege_hpr_nummer"], {})
            assert sum(values[name] != before[name] for name in before) <= 1, content


@pytest.mark.parametrize("separator", [";", ","])
def test_lines_that_are_quoted_as_a_whole_are_told(tmp_path: Path, separator: str) -> None:
    """A program that took each line for one cell doubled its marks: one sentence instead of «no headings»."""
    lines = file_of(line(row(1), separator), separator=separator).splitlines()
    found = judged(tmp_path, "".join('"' + each.replace('"', '""') + '"\n' for each in lines))
    assert ([(each.cell, each.level) for each in found.problems], found.count) == ([("A1", "error")], 0)
    assert "linje 1 står" in found.problems[0].message.lower()


def test_a_line_without_end_is_one_sentence(tmp_path: Path) -> None:
    """What has no lines is no table, and is not held in memory as one."""
    with pytest.raises(CasesUnreadable, match="linje 2 er lengre"):
        judged(tmp_path, file_of() + "x" * 6_000_000)


@pytest.mark.parametrize("seed", range(12))
def test_a_file_that_is_cut_off_says_so(tmp_path: Path, seed: int) -> None:
    """Wherever it is cut within a row: a case is one of the file's, or stands with a problem at its row.

    Cut exactly between two rows, a file is a whole one with fewer rows: nothing in it can tell.
    """
    whole = file_of(*(line(row(number, name=f"Kari {name}")) for number, name in enumerate(("Lie", "Moe", "Vik"), 1)))
    known = {each.case.model_dump_json() for each in judged(tmp_path, whole).cases}
    second = whole.index("\n") + 2
    cut = whole[: Random(seed).randrange(second, len(whole) - 1)]
    found = judged(tmp_path, cut)
    told = {each.row for each in found.problems}
    assert all(each.case.model_dump_json() in known or each.place.row in told for each in found.cases)
    assert cut.endswith("\n") or told


@pytest.mark.parametrize(("end", "encoding"), [("\r\n", "utf-8-sig"), ("\n", "utf-16"), ("\r", "cp1252")])
def test_the_last_line_end_may_be_missing_after_a_quotation_mark_alone(tmp_path: Path, end: str, encoding: str) -> None:
    """A last cell that lost its end reads as a whole one: the warning names it; in quotation marks it is whole."""
    path = tmp_path / "saker.csv"
    path.write_bytes(file_of(line(row(1))).replace("\n", end).encode(encoding))
    assert judged(tmp_path, path.read_bytes()).problems == ()
    path.write_bytes(file_of(line(row(1))).replace("\n", end).removesuffix(end).encode(encoding))
    (warning,) = judged(tmp_path, path.read_bytes()).problems
    assert (warning.level, warning.cell) == ("warning", "V2")
    quoted = line([*row(1)[:-1], "tekst; med skille"])
    assert quoted.endswith('"')
    assert judged(tmp_path, file_of(quoted).replace("\n", end).removesuffix(end).encode(encoding)).problems == ()
