"""What stands in a cell of a name beside a name is told: remarks, roles, bodies, others; names of all kinds are not."""

from pathlib import Path

import pytest

from tests.intake.workbooks import ALIS, read_rows

NAMES = [
    "Kari Fjordheim", "Anne-Marie D’Arc", "Ludvig van der Berg", "Otto von Hagen", "Inger af Trolle", "Ola N. Berg",
    "Mohammed bin Rashid al-Maktoum", "Ana dos Santos e Silva", "Jan ten Cate", "Máret Ánne Sara", "Nils-Aslak Siri",
    "Juan García y Vega", "Антон Чехов", "Đặng Thị Lan", "Martin Berg jr.", "K. Fjordheim", "Nina d'Ambra",
    "Anne - Marie Berg", "Bo Li", "Le Gen", "Le Ge", "Kari Ny", "Sandra Berg Hansen Vik", "Liv Kommunegaard",
]  # fmt: skip
BESIDE = [
    "Kari Fjordheim permisjon", "Kari Fjordheim vikar for Ola Nord", "Kari Fjordheim slutter", "Kari Fjordheim lege",
    "for Geir Nystad", "Geir Nystad etter fullmakt", "Geir Nystad e.f.", "Kari Fjordheim f. Vik", "Kari Fjordheim LIS",
    "Kari Fjordheim tidl. Vik", "Kari Fjordheim v Ola Nord", "Kari Fjordheim ph.d.", "Kommunedirektør Geir Nystad",
    "Kari Fjordheim Kari Fjordheim", "Kari", "KariFjordheim", "Bo Ordfører", "Ola Leder",
]  # fmt: skip
NOBODY = [
    "Kommunedirektør", "Kommunedirektøren", "Ordfører", "Bodø kommune", "Sentrum legesenter", "Veileder", "Ansatt",
    "Fast veileder", "Ingen veileder", "Under avklaring", "Avklares senere", "Ukjent ennå", "Navn Navnesen", "Legen",
]  # fmt: skip
OTHERS = ["Kari Vik - Ola Nord", "Kari Vik samt Ola Nord", "Kari Vik evt. Ola Nord", "Kari Vik m.fl.", "Kari el. Ola"]


def told(folder: Path, name: str) -> list[tuple[str, str]]:
    """Return level and message of what is told of a supervisor's name."""
    judged = read_rows(folder, {**ALIS, "Legens navn": "Siv Dal", "Navn på veileder i allmennmedisin": name})
    assert {each.column for each in judged.problems} <= {"veileder_navn"}
    return [(each.level, each.message) for each in judged.problems]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name(tmp_path: Path, name: str) -> None:
    """Also one with particles, initials, double surnames, or that sounds like a role."""
    assert told(tmp_path, name) == []


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_a_name_is_told(tmp_path: Path, name: str) -> None:
    """The agreement would print it as a part of the name."""
    ((level, message),) = told(tmp_path, name)
    assert level == "warning"
    assert "avtalen gjengir det slik" in message or "tittel" in message


@pytest.mark.parametrize("name", NOBODY)
def test_a_role_or_a_body_is_nobody(tmp_path: Path, name: str) -> None:
    """Persons sign and supervise, not their posts."""
    ((level, message),) = told(tmp_path, name)
    assert (level, "er ikke navnet på noen" in message) == ("error", True)


@pytest.mark.parametrize("name", OTHERS)
def test_two_persons_are_not_one(tmp_path: Path, name: str) -> None:
    """Which of them is meant is asked."""
    ((level, message),) = told(tmp_path, name)
    assert (level, "mer enn én person" in message) == ("error", True)
