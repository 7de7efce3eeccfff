"""Numbers and rates from files of the installation: compared with the case, told where they differ, never put in."""

import gzip
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.agreements import enterprises, rates
from flows.agreements.types import types
from flows.errors import WrongUse
from tests.agreements.cases import TODAY, alis_case

HEAD = '"organisasjonsnummer","navn","organisasjonsform.kode","forretningsadresse.kommunenummer"'
ROWS = ('"313018040","BODØ KOMMUNE","KOMM","1804"', '"313018768","HAMARØY, KOMMUNE","KOMM","1875"')
OTHERS = '"911111111","EN BEDRIFT ""MED, KOMMA""","AS","1804"'
CLOSE = date(2026, 12, 1)
RATES = """
as_of = 2026-11-01
[[period]]
from = 2026-06-01
to = 2027-05-31
source = "Eksempel"
confirmed = true
confirmed_by = "Kari Eksempel"
confirmed_on = 2026-11-01
[period.elements]
practice_compensation = 140000
learning_activities = 15000
lower_productivity = 130000
supervision = 95000
"""


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Return a function that writes a copy of the register and names it in the settings."""

    def write(*lines: str, packed: bool = False, encoding: str = "utf-8") -> Path:
        path = tmp_path / ("copy.csv.gz" if packed else "copy.csv")
        content = "\n".join(lines).encode(encoding)
        path.write_bytes(gzip.compress(content) if packed else content)
        monkeypatch.setenv("AVTALEFLYT_ENTERPRISES", str(path))
        monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
        return path

    yield write
    enterprises._numbers.cache_clear()


def said(**changes: object) -> list[tuple[str, str]]:
    """Return level and message of what is said of the municipality's organisation number."""
    found = types()["alis"].judge(alis_case(**changes), TODAY)
    return [(one.level, one.message) for one in found if one.field == "kommune_orgnr"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_number_that_differs_is_told_with_that_of_the_copy(copy: Callable[..., Path], packed: bool) -> None:
    """The right number passes, another municipality's is refused, and one that the copy has not is a warning."""
    copy("\ufeff" + HEAD, OTHERS, *ROWS, packed=packed)
    assert said() == []
    ((level, message),) = said(kommune_orgnr="313018768")
    assert level == "error"
    assert message.startswith("313018768 er organisasjonsnummeret til kommune 1875 (Enhetsregisteret, ")
    ((level, message),) = said(kommune_orgnr="313018776")
    assert level == "warning"
    assert message.endswith("har kommune 1804 nummeret 313018040. Se hvilket som er riktig.")


def test_without_a_copy_nothing_is_compared() -> None:
    """The look-up is a matter of the setting."""
    assert enterprises.municipal_numbers() is None
    assert said(kommune_orgnr="313018776") == []


def test_a_copy_is_read_once_and_again_when_it_changes(copy: Callable[..., Path], tmp_path: Path) -> None:
    """What was found lies in the output folder; a newer copy takes its place."""
    path = copy(HEAD, *ROWS)
    assert said() == []
    index = tmp_path / "output" / "enterprises.json"
    index.write_text(index.read_text().replace("313018040", "313018776"))
    enterprises._numbers.cache_clear()
    ((_level, message),) = said()
    assert "313018776" in message  # of what was kept: the copy itself was not read again
    path.write_text("\n".join([HEAD, *ROWS, OTHERS]))
    assert said() == []


def test_semicolons_and_short_rows_are_read(copy: Callable[..., Path]) -> None:
    """Older copies are apart by semicolons; a row that was cut off is none."""
    copy(HEAD.replace(",", ";"), *(one.replace('","', '";"') for one in ROWS), '"9')
    assert said() == []
    assert [level for level, _message in said(kommune_orgnr="313018768")] == ["error"]


@pytest.mark.parametrize(
    "lines", [("",), (HEAD,), (HEAD, OTHERS), ("a,b,c", "1,2,3"), ("organisasjonsnummer,navn", ROWS[0])]
)
def test_a_copy_that_tells_nothing_is_refused(copy: Callable[..., Path], lines: tuple[str, ...]) -> None:
    """A wrong file must not pass for a register without faults."""
    copy(*lines)
    with pytest.raises(WrongUse, match="AVTALEFLYT_ENTERPRISES"):
        enterprises.municipal_numbers()


def test_a_copy_that_is_missing_or_no_text_is_refused(copy: Callable[..., Path]) -> None:
    """One sentence, with the path."""
    copy(HEAD, *ROWS, encoding="utf-16")
    with pytest.raises(WrongUse, match=r"copy\.csv"):
        enterprises.municipal_numbers()
    copy(HEAD).unlink()
    with pytest.raises(WrongUse, match=r"copy\.csv"):
        enterprises.municipal_numbers()


@pytest.fixture
def own_rates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Return a function that writes a file of rates and names it in the settings."""

    def forget() -> None:
        rates._file.cache_clear()
        rates._periods.cache_clear()

    def write(text: str) -> None:
        path = tmp_path / "rates.toml"
        path.write_text(text)
        monkeypatch.setenv("AVTALEFLYT_RATES", str(path))
        forget()

    yield write
    monkeypatch.undo()
    forget()


def test_a_file_of_rates_adds_its_periods(own_rates: Callable[[str], None]) -> None:
    """Those of the program stay for the time before."""
    own_rates(RATES)
    assert (rates.rates_on(CLOSE).confirmed, rates.rates_on(CLOSE).elements["supervision"]) == (True, Decimal(95000))
    assert rates.rates_on(date(2026, 1, 1)).elements["supervision"] == Decimal(91317)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("as_of = 2026-11-01\n", "", "as_of"),
        ('confirmed_by = "Kari Eksempel"\n', "", "confirmed_by"),
        ("supervision = 95000", 'supervision = "95000"', "supervision"),
        ("supervision = 95000", "supervison = 95000", "supervison"),
        ("to = 2027-05-31", "to = 2025-05-31", "from/to"),
        ("source =", "sorce =", "sorce"),
        ("[[period]]", "[[periods]]", "periods"),
        ("[[period]]", "[[period", "rates"),
    ],
)
def test_a_file_of_rates_with_a_fault_is_refused(
    own_rates: Callable[[str], None], old: str, new: str, named: str
) -> None:
    """What is wrong is named; nothing of the file is used."""
    own_rates(RATES.replace(old, new))
    with pytest.raises(WrongUse, match=named):
        rates.rates_on(CLOSE)
