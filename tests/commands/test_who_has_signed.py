"""What a person types to see who has signed, who is next and until when, and to pass links on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from flows.archive import open_store
from flows.cli import app
from flows.register import Register
from flows.signing.polling import signed_updates
from flows.signing.port import RequestStatus, SignerStatus, Update
from tests.application.test_agreement_list import DOCTORS, received, send_case
from tests.archive.signed_agreements import NAMES, archived, authority, document
from tests.signing.paper_provider import PaperProvider
from tests.signing_desk.servers import TOKEN, desk_in_thread

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give a way to run a command on the test's register."""
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    return lambda *words: CliRunner().invoke(app, list(words))


def two_of_doctors(register: Register) -> list[str]:
    """Return the ids of two agreements that are out; the first signer of one has signed, that of the other declined."""
    provider = PaperProvider()
    ids = [received(register, "alis", f"{n:09d}", lege_navn=name) for n, name in enumerate(DOCTORS)]
    for agreement_id, name in zip(ids, DOCTORS, strict=True):
        send_case(register, provider, agreement_id, "alis", lege_navn=name)
    now = register.clock()
    provider.says = [
        Update("1", f"{ids[0]}-v1-a1", RequestStatus.OPEN, [SignerStatus(1, "ok", now, True)]),
        Update("2", f"{ids[1]}-v1-a1", RequestStatus.DECLINED, [SignerStatus(1, "nei", now)], "Beløpet er feil"),
    ]
    list(signed_updates(register, provider))
    return ids


def said_by(result: Result) -> Any:
    """Return what a command said to a program."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_what_waits_is_told_with_the_parties(register: Register, command: Command) -> None:
    """Doctor and municipality by name, beside the id; for programs likewise."""
    _out, declined = two_of_doctors(register)
    shown = " ".join(command("status").stdout.split())
    for word in ("Bodø", DOCTORS[1], declined[:8], "avslått"):
        assert word in shown
    (waiting,) = said_by(command("status", "--json"))["waiting"]
    assert (waiting["agreement_id"], waiting["counterpart"]) == (declined, DOCTORS[1])


def test_status_of_one_names_the_parties_and_who_is_next(register: Register, command: Command) -> None:
    """By how its id begins; for programs likewise."""
    ids = two_of_doctors(register)
    shown = command("status", ids[0][:8]).stdout
    for word in ("Bodø", DOCTORS[0], "1 av 2", "31.12.2026", ids[0]):
        assert word in shown
    told = said_by(command("status", ids[0][:8], "--json"))
    assert (told["id"], told["counterpart"], told["next"], told["until"]) == (ids[0], *DOCTORS[:1] * 2, "2026-12-31")
    assert [one["signed"] for one in told["signers"]] == [True, False]
    declined = said_by(command("status", ids[1], "--json"))
    assert (declined["reason"], declined["declined_by"]) == ("Beløpet er feil", declined["signers"][0]["name"])


def test_an_id_that_begins_several_is_asked_for_anew(register: Register, command: Command) -> None:
    """Seventeen ids have sixteen first letters at most; one that there is not is said, too, whatever stands in it."""
    ids = [received(register, "alis", f"{n:09d}") for n in range(17)]
    shared = next(one[0] for one in ids if sum(each[0] == one[0] for each in ids) > 1)
    result = command("status", shared)
    assert (result.exit_code, "Flere avtaler" in str(result.output) + str(result.exception)) == (result.exit_code, True)
    assert result.exit_code != 0
    assert command("status", "%").exit_code != 0


def test_the_list_is_chosen_by_state_and_words(register: Register, command: Command) -> None:
    """`--state`, words, how an id begins, and `--json`."""
    ids = two_of_doctors(register)
    assert [one["id"] for one in said_by(command("list", "--state", "declined", "--json"))] == [ids[1]]
    assert [one["id"] for one in said_by(command("list", "åse", "bodø", "--json"))] == [ids[0]]
    assert [one["id"] for one in said_by(command("list", ids[1][:8], "--json"))] == [ids[1]]
    assert DOCTORS[1] in command("list", "--state", "declined").stdout


def test_all_links_go_to_a_workbook(
    register: Register, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`links --all -o FILE.xlsx`: a row for each signer; the sentence says to delete the file."""
    with desk_in_thread(tmp_path / "desk", register.clock) as desk:
        agreement_id = received(register, "alis", "123456789")
        send_case(register, desk.provider, agreement_id, "alis")
        monkeypatch.setenv("AVTALEFLYT_DESK_URL", desk.address)
        monkeypatch.setenv("AVTALEFLYT_DESK_TOKEN", TOKEN)
        result = command("links", "--all", "-o", str(tmp_path / "links.xlsx"))
    assert result.exit_code == 0, result.output
    assert "2 lenker" in result.stdout
    rows = list(load_workbook(tmp_path / "links.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [str(row[7]).startswith(f"{desk.address}/sign/") for row in rows] == [True, True]


def test_why_a_file_is_in_quarantine_is_the_sentence_of_the_pages(
    register: Register, command: Command, tmp_path: Path
) -> None:
    """In the overview and in an agreement's history; the word for programs is for programs."""
    once = authority().sign(document(), NAMES[0], "Signatur1")
    store = open_store((tmp_path / "store").as_uri())
    wrong = authority().sign(once, NAMES[0], "Signatur2")
    record = archived(register, store, tmp_path / "anchors", signed_pdf=wrong)
    for words in (("status",), ("status", record.agreement_id)):
        shown = " ".join(command(*words).stdout.replace("│", " ").split())
        assert "wrong_signers" not in shown, words
        assert "De som har signert" in shown, words
    (waiting,) = said_by(command("status", "--json"))["waiting"]
    assert waiting["why"].startswith("wrong_signers: ")
