"""Messages of Fiks Arkiv: valid by the published schemas, set as the archive wants them, and always the same bytes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from flows.delivery.archive_settings import CodeSetting, MessageSettings
from flows.delivery.arkivmelding import (
    EarlierEntry,
    MessageFile,
    MessageSubject,
    access_message,
    create_message,
    destroyed_message,
    lookup_message,
    parse_case_number,
)
from flows.errors import NotAllowed
from tests.conftest import SHARED

SCHEMAS = SHARED / "specs" / "fiks-arkiv" / "V1"
needs_schemas = pytest.mark.skipif(not SCHEMAS.exists(), reason="needs the schemas: put them into ../shared/specs")
FULL = MessageSettings(
    rule="alis",
    archive_part=CodeSetting(code="ALIS", name="Leger i spesialisering"),
    unit="Helse og omsorg",
    responsible="Kari Čáhppe",
    responsible_initials="KČ",
    journal_unit="HELSE",
    classification_system="ORDNING",
    class_id="H12",
    case_status=CodeSetting(code="B"),
)


def subject(**changed: Any) -> MessageSubject:
    """Return what is told of a record."""
    files = [
        MessageFile("signed", "r-1.pdf", "avtale.pdf", "a" * 64, 5, "application/pdf", ("fmt/476", "PDF/A-2a")),
        MessageFile("evidence", "r-1-bevis.json", "bevis.json", "b" * 64, 2, "application/json"),
    ]
    about: dict[str, Any] = {
        "record_id": "r-1",
        "case_key": "a-1",
        "title": "ALIS-avtale – Kárášjohka",
        "class_id": "AVT-1",
        "parties": ("Prøve kommune", "Ola Ŋáđđe & sønn <lege>"),
        "archived_on": date(2026, 12, 1),
        "document_date": date(2026, 11, 30),
        "files": files,
        "access": {"level": "Personalsaker", "basis": "Offl. § 26"},
    }
    return MessageSubject(**{**about, **changed})


def judged(xml: bytes, kind: str) -> Any:
    """Return the root of a message that its schema takes."""
    root = etree.fromstring(xml)
    etree.XMLSchema(etree.parse(SCHEMAS / f"no.ks.fiks.arkiv.v1.{kind}.xsd")).assertValid(root)
    return root


def texts(root: Any, name: str) -> Iterator[str]:
    """Yield the texts of elements of a name."""
    return (one.text for one in root.iter() if etree.QName(one).localname == name)


@needs_schemas
@pytest.mark.parametrize("settings", [MessageSettings(), FULL, MessageSettings(case="new", access_codes={})])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"access": {}},
        {"case_number": "2026/4711"},
        {"known_case": {"system_id": "0d2a7d0e-6f2e-4c5e-9a59-000000000001"}},
        {"earlier": [EarlierEntry("r-0", "0d2a7d0e-6f2e-4c5e-9a59-000000000002"), EarlierEntry("r-00")]},
    ],
)
def test_a_message_that_creates_is_valid(settings: MessageSettings, changed: dict[str, Any]) -> None:
    """With all settings or none, restricted or open, for a case that is there, known or made."""
    message = create_message(settings, subject(**changed))
    root = judged(message.xml, "arkivering.arkivmelding.opprett")
    assert message.type.endswith("arkivmelding.opprett")
    assert list(texts(root, "referanseDokumentfil")) == ["r-1.pdf", "r-1-bevis.json"]
    assert [one["name"] for one in message.files] == ["r-1.pdf", "r-1-bevis.json"]
    keys = list(texts(root, "noekkel"))
    assert {"r-1", "r-1/1", "r-1/2"} <= set(keys)
    has_case = any(etree.QName(one).localname == "mappe" for one in root)
    assert has_case is not bool({"case_number", "known_case"} & changed.keys())
    assert ("skjermingshjemmel" in message.xml.decode()) is (changed.get("access") != {})
    assert create_message(settings, subject(**changed)).xml == message.xml


@needs_schemas
def test_the_folder_of_a_setting_is_named() -> None:
    """The entry goes into the one folder, and no case is made."""
    root = judged(
        create_message(MessageSettings(case="folder_id", folder_id="M-7"), subject()).xml,
        "arkivering.arkivmelding.opprett",
    )
    assert list(texts(root, "mappeID")) == ["M-7"]


def test_a_case_number_is_asked_of_a_person_where_the_case_has_none() -> None:
    """One sentence, with the command; a number that is none is refused, too."""
    with pytest.raises(NotAllowed, match="--case 2026/4711"):
        create_message(MessageSettings(case="number"), subject())
    for wrong in ("4711", "2026-", "26/1", "2026/4711/3", "2026/x"):
        with pytest.raises(NotAllowed):
            parse_case_number(wrong)
    assert parse_case_number(" 2026/04711 ") == ("2026", "4711")


@needs_schemas
def test_changes_and_questions_are_valid() -> None:
    """Access restricted and lifted, a note of destruction, a question; each names system id and key."""
    system_id = "0d2a7d0e-6f2e-4c5e-9a59-000000000003"
    for message in (
        access_message(FULL, "r-1", system_id, {"level": "Unntatt offentlighet", "basis": "Offl. § 13"}),
        access_message(FULL, "r-1", "", {"level": "", "basis": ""}),
        destroyed_message(FULL, "r-1", system_id, date(2037, 1, 2)),
    ):
        root = judged(message.xml, "arkivering.arkivmelding.oppdater")
        assert list(texts(root, "noekkel")) == ["r-1"]
    question = lookup_message(FULL, "r-1")
    assert list(texts(judged(question.xml, "innsyn.registrering.hent"), "noekkel")) == ["r-1"]


@needs_schemas
@given(st.text(), st.text(), st.text())
def test_any_words_make_a_valid_message(title: str, party: str, basis: str) -> None:
    """Control characters, mark-up, empty texts and letters beyond the first plane."""
    title, party, basis = (one.encode("utf-8", "ignore").decode() for one in (title, party, basis))
    about = subject(title=title, parties=(party, party), access={"level": "Personalsaker", "basis": basis})
    judged(create_message(FULL, about).xml, "arkivering.arkivmelding.opprett")
