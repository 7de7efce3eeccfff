"""What the drill does to workbooks, with what is true afterwards: damages, and variations that change nothing."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from tests.drills.workbook_cells import Special, text_of
from tests.drills.workbook_drafts import END, PLACE, SHARE, START, TEXT, UNKNOWN, Book, Line

_TEXTS = ("Kommune", "Kontaktperson", PLACE, "Stilling/arbeidstittel", "4.1.1 Praksiskompensasjon", TEXT, "Sted")
_SIGNATORY_EMAIL = "Signatar for kommunen, e-post"
_ERRORS = ("#SPILL!", "#CALC!", "#FIELD!", "#VERDI!", "#I/T", "#N/A", "#REF!", "#NAVN?", "Err:502", "#ARVO!", "#NUM!")


Damage = Callable[[Book], None]
_WORKBOOKS, _TYPED = ("xlsx", "ods", "fods", "xls"), ("xlsx", "ods", "fods")


def _error(book: Book) -> None:
    line, heading = book.case(), book.random.choice(book.headings)
    text = book.random.choice(_ERRORS)
    line.cells[heading] = text if book.ending == "csv" else Special("error", text)
    line.truth[heading] = UNKNOWN


def _formula(book: Book) -> None:
    line, heading = book.case(), book.random.choice([*_TEXTS, END, START, SHARE])
    line.cells[heading] = Special("formula", other=book.random.choice(("", "<v/>")))
    line.truth[heading] = UNKNOWN


def _result(book: Book) -> None:
    line, heading = book.case(), book.random.choice(_TEXTS)
    if isinstance(line.cells[heading], str):
        line.cells[heading] = Special("result", line.cells[heading])


def _noted(book: Book) -> None:
    line, heading = book.case(), book.random.choice(_TEXTS)
    if isinstance(line.cells[heading], str):
        line.cells[heading] = Special("noted", line.cells[heading])


def _truth_value(book: Book) -> None:
    line, heading = book.case(), book.random.choice(_TEXTS)
    line.cells[heading], line.truth[heading] = book.random.choice((True, False)), UNKNOWN


def _number_for_day(book: Book) -> None:
    line, heading = book.case(), book.random.choice((START, END))
    if isinstance(line.cells[heading], date):
        line.cells[heading] = Special("serial", line.cells[heading])


def _far_number(book: Book) -> None:
    line = book.case()
    line.cells[END], line.truth[END] = book.random.choice((0, 7, 2027, 99_999_999, 0.25)), UNKNOWN


def _since_1904(book: Book) -> None:
    book.layout.first_year = 1904
    for line in book.lines:
        for heading in (START, END):
            if isinstance(line.cells.get(heading), date) and book.random.random() < 0.5:
                line.cells[heading] = Special("serial", line.cells[heading])


def _struck(book: Book) -> None:
    line, heading = book.case(), book.random.choice((*_TEXTS, END))
    if not isinstance(line.cells[heading], Special):
        line.cells[heading], line.truth[heading] = Special("struck", line.cells[heading] or "100 000 kr"), UNKNOWN


def _rich(book: Book) -> None:
    line, heading = book.case(), book.random.choice(_TEXTS)
    if isinstance(line.cells[heading], str):
        line.cells[heading], line.truth[heading] = Special("rich", line.cells[heading], other="Gammelt "), UNKNOWN


def _percent(book: Book) -> None:
    line, share = book.case(), book.random.choice((0.5, 0.8, 1, 0.125, 1.5))
    line.cells[SHARE] = Special("percent", share)
    line.truth[SHARE] = UNKNOWN if share > 1 else f"{share * 100:g}"


def _hidden_rows(book: Book) -> None:
    for line in book.random.sample(book.lines, book.random.randrange(1, len(book.lines))):
        line.must_be_named |= line.is_case
        line.is_case = False
        book.layout.hidden_rows.append(book.heading_row + 1 + book.lines.index(line))


def _hidden_column(book: Book) -> None:
    heading = book.random.choice((TEXT, END, "Legens e-post", PLACE))
    book.layout.hidden_columns.append(book.headings.index(heading))
    for line in book.lines:
        line.truth[heading] = UNKNOWN if line.cells.get(heading) is not None else line.truth.get(heading)


def _hidden_sheet(book: Book) -> None:
    book.layout.hidden_sheet = [list(book.headings), [book.lines[0].cells.get(each) for each in book.headings]]


def _struck_row(book: Book) -> None:
    line = book.case()
    line.cells = {heading: Special("struck", value) for heading, value in line.cells.items() if value not in (None, "")}
    line.is_case, line.must_be_named = False, True


def _insert(book: Book, cells: dict[str, Any]) -> None:
    if book.layout.hidden_rows or "_merged" in book.done:
        return
    place = book.random.randrange(1, len(book.lines) + 1)
    book.lines.insert(place, Line(cells, is_case=False, must_be_named=True))


def _section(book: Book) -> None:
    _insert(book, {book.headings[0]: book.random.choice(("Salten", "Lofoten og Vesterålen", "NYE I ÅR", "1804 Bodø:"))})


def _note(book: Book) -> None:
    words = "Merk: frist for innsending er 31. august. Ring Marit ved spørsmål."
    _insert(book, {book.random.choice((book.headings[0], TEXT, "Legens navn")): words})


def _total(book: Book) -> None:
    _insert(book, {book.headings[0]: book.random.choice(("Sum", "Totalt", "I alt")), SHARE: len(book.lines)})


def _blank(book: Book) -> None:
    if not book.layout.hidden_rows and "_merged" not in book.done:
        book.lines.insert(1, Line({book.headings[0]: " "}, is_case=False))


def _title(book: Book) -> None:
    if not book.layout.hidden_rows:
        book.above = [["ALIS-avtaler 2027"], [None], *book.above]


def _ambiguous_heading(book: Book) -> None:
    """Shorten a heading beside the signatory; whose it is can be known at most from the other columns."""
    mine, others, said = book.random.choice(
        (("Legens e-post", _SIGNATORY_EMAIL, "E-post"), (_SIGNATORY_EMAIL, "Legens e-post", "E-post"),
         ("Legens navn", "", "Navn"))
    )  # fmt: skip
    if book.layout.hidden_columns:
        return
    book.heading_cells[mine] = said
    book.headings.remove(mine)
    book.headings.insert(book.headings.index("Signatar for kommunen, navn") + 1, mine)
    if others and book.random.random() < 0.7:
        book.headings.remove(others)
        for line in book.lines:
            line.truth |= {mine: UNKNOWN, others: None}


def _lost_heading(book: Book) -> None:
    heading = book.random.choice((END, TEXT))
    book.heading_cells[heading] = Special("formula")
    for line in book.lines:
        line.truth[heading] = UNKNOWN


def _merged(book: Book) -> None:
    column, first = book.headings.index(PLACE), book.heading_row + 1
    letter = chr(ord("A") + column)
    if book.above or book.layout.hidden_rows or any(not line.is_case for line in book.lines):
        return
    merge = f"{letter}{first}:{letter}{first + len(book.lines) - 1}"
    if "prefix" in book.layout.xlsx:
        return
    book.layout.xlsx["after_rows"] = f'<mergeCells><mergeCell ref="{merge}"/></mergeCells>'
    for line in book.lines[1:]:
        line.truth[PLACE] = book.lines[0].truth[PLACE]


def _package(book: Book) -> None:
    choices: tuple[dict[str, Any], ...] = (
        {"part_case": str.upper}, {"strict": True}, {"absolute": False}, {"folder": "bok"}, {"shared": False},
        {"addresses": False}, {"first_year": 1904},
    )  # fmt: skip
    chosen = dict(book.random.choice(choices))
    book.layout.first_year = chosen.pop("first_year", book.layout.first_year)
    book.layout.xlsx |= chosen


def _encoding(book: Book) -> None:
    layout = book.layout
    choices = [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""),
               ("utf-16-be", b""), ("cp1252", b"")]  # fmt: skip
    text = text_of(book.rows(), layout)
    for other in ("mac_roman", "cp865"):
        with suppress(UnicodeEncodeError):
            text.encode(other)
            choices.append((other, b""))
    layout.encoding, layout.mark = book.random.choice(choices)
    book.whole = True


def _separator(book: Book) -> None:
    book.layout.separator = book.random.choice((",", "\t", ";"))
    book.layout.names_separator = book.random.random() < 0.3
    book.layout.line_end = book.random.choice(("\r\n", "\n", "\r"))
    line = book.case()
    line.cells[TEXT] = line.truth[TEXT] = "en, to, tre, fire, fem; seks, syv, åtte, ni, ti, elleve"


def _quoted(book: Book) -> None:
    line = book.case()
    line.cells[TEXT] = line.truth[TEXT] = book.random.choice(
        ('Kurs "A"; reise', "Kurs;\nreise\n;opphold", '"Alt"', 'Skjerm 27" dekkes', '";";"')
    )


def _unclosed(book: Book) -> None:
    """Open a quote that is never closed. The whole file may be refused: nobody knows where the cell ends."""
    value = str(book.lines[0].cells[PLACE])
    content = text_of(book.rows(), book.layout).replace(f'"{value}"', value, 1)
    book.layout.text = content.replace(value, f'"{value}', 1)
    book.whole = True
    book.lines[0].truth[PLACE] = UNKNOWN


EVERY: tuple[tuple[Damage, tuple[str, ...]], ...] = (
    (_error, (*_WORKBOOKS, "csv")),
    (_formula, _WORKBOOKS),
    (_result, _TYPED),
    (_noted, _TYPED),
    (_truth_value, _TYPED),
    (_number_for_day, _WORKBOOKS),
    (_far_number, _WORKBOOKS),
    (_since_1904, ("xlsx", "xls")),
    (_struck, _WORKBOOKS),
    (_rich, _WORKBOOKS),
    (_percent, _WORKBOOKS),
    (_hidden_rows, _WORKBOOKS),
    (_hidden_column, _WORKBOOKS),
    (_hidden_sheet, _WORKBOOKS),
    (_struck_row, _WORKBOOKS),
    (_section, (*_WORKBOOKS, "csv")),
    (_note, (*_WORKBOOKS, "csv")),
    (_total, (*_WORKBOOKS, "csv")),
    (_blank, (*_WORKBOOKS, "csv")),
    (_title, (*_WORKBOOKS, "csv")),
    (_ambiguous_heading, (*_WORKBOOKS, "csv")),
    (_lost_heading, _WORKBOOKS),
    (_merged, ("xlsx",)),
    (_package, ("xlsx",)),
    (_encoding, ("csv",)),
    (_separator, ("csv",)),
    (_quoted, ("csv",)),
    (_unclosed, ("csv",)),
)
"""Every damage with the formats that it can be done to."""


def damage(book: Book) -> None:
    """Do one to three things to a workbook; `unclosed` comes last, because it writes the text itself."""
    possible = [each for each, endings in EVERY if book.ending in endings]
    chosen = book.random.sample(possible, min(book.random.choice((1, 1, 2, 3)), len(possible)))
    for each in sorted(chosen, key=EVERY_ORDER.index):
        each(book)
        book.done.append(each.__name__)


EVERY_ORDER = [each for each, _endings in sorted(EVERY, key=lambda one: one[0] in (_hidden_rows, _merged, _unclosed))]
"""Rows are counted after they are inserted, and a text is spoiled when it is complete."""
