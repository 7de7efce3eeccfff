"""A batch is read on any machine: its file from the register, an upload from its row, an address where it is."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from flows.application.batch_source import LIFE, readable_source
from flows.application.check_cases import check_cases
from flows.application.context import Context
from flows.application.take_in import open_batch, take_in
from flows.application.uploads import keep_upload
from flows.archive import open_store
from flows.errors import CasesUnreadable, NotFound, StoreDamaged
from flows.register import Register
from flows.settings import Settings, shipped_folder
from tests.conftest import Clock


def case() -> Any:
    """Return an invented case."""
    found = json.loads((shipped_folder("fixtures") / "new-alis.json").read_text())
    return found if isinstance(found, list) else [found]


def host(register: Register, folder: Path) -> Context:
    """Give what a machine has: the shared register and store, and an output folder of its own."""
    settings = Settings(_env_file=None, output=folder / "output")
    return Context(settings, register, open_store((folder.parent / "store").as_uri()))


def test_another_machine_reads_the_file_that_a_batch_was_started_with(any_register: Register, tmp_path: Path) -> None:
    """Also when the path is another file there, or none."""
    source = tmp_path / "cases.json"
    source.write_text(json.dumps(case()))
    batch = open_batch(host(any_register, tmp_path / "one"), str(source))
    source.write_text("[]")
    elsewhere = host(any_register, tmp_path / "two")
    taken_in = take_in(elsewhere, batch)
    assert (taken_in.cases, len(taken_in.agreement_ids)) == (1, 1)
    source.unlink()
    assert take_in(elsewhere, batch).agreement_ids == taken_in.agreement_ids
    with readable_source(elsewhere, batch) as path:
        assert Path(path).name == "cases.json"
    assert not Path(path).exists()


def test_an_upload_is_a_batch_like_any_other(register: Register, tmp_path: Path) -> None:
    """A flow that is given its id takes in what the page would."""
    context = host(register, tmp_path / "one")
    batch = keep_upload(context, "saker.json", json.dumps(case()).encode(), None)
    assert len(take_in(host(register, tmp_path / "two"), batch).agreement_ids) == 1


def test_an_address_is_read_where_it_is(register: Register, tmp_path: Path) -> None:
    """Nothing of it is kept."""
    context = host(register, tmp_path / "one")
    batch = open_batch(context, "https://saker.example/alis")
    with readable_source(context, batch) as source:
        assert source == "https://saker.example/alis"


def test_a_file_is_forgotten_when_its_time_is_over(register: Register, clock: Clock, tmp_path: Path) -> None:
    """With the next batch, and then it cannot be read where it does not lie."""
    context, source = host(register, tmp_path / "one"), tmp_path / "cases.json"
    source.write_text(json.dumps(case()))
    batch = open_batch(context, str(source))
    source.unlink()
    clock.now += LIFE + timedelta(seconds=1)
    open_batch(context, "https://saker.example/alis")
    with register.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM batch_file")).scalar_one() == 0
    with pytest.raises(CasesUnreadable):
        take_in(context, batch)


def test_a_file_that_somebody_changed_is_not_read(register: Register, tmp_path: Path) -> None:
    """Its digest tells."""
    context, source = host(register, tmp_path / "one"), tmp_path / "cases.json"
    source.write_text(json.dumps(case()))
    batch = open_batch(context, str(source))
    with register.engine.begin() as connection:
        connection.execute(text("UPDATE batch_file SET content = :content"), {"content": b"[]"})
    with pytest.raises(StoreDamaged):
        take_in(context, batch)


def test_a_file_that_is_not_there_is_told_when_it_is_read(register: Register, tmp_path: Path) -> None:
    """As before: the batch is opened, and its cases cannot be read."""
    context = host(register, tmp_path / "one")
    with pytest.raises(CasesUnreadable):
        take_in(context, open_batch(context, str(tmp_path / "none.xlsx")))


def test_the_problem_report_of_a_batch_is_made_on_any_machine(register: Register, tmp_path: Path) -> None:
    """The marked workbook lies where the batch was taken in; another machine makes it again from the kept file."""
    context, elsewhere = host(register, tmp_path / "one"), host(register, tmp_path / "two")
    wrong = [case()[0] | {"lege_hpr_nummer": "x"}]
    (tmp_path / "cases.json").write_text(json.dumps(wrong))
    batch = open_batch(context, str(tmp_path / "cases.json"))
    (tmp_path / "cases.json").unlink()
    upload = keep_upload(context, "saker.json", json.dumps(wrong).encode(), None)
    for known in (batch, upload):
        checked = check_cases(elsewhere, f"batch:{known}", tmp_path / f"{known}.xlsx")
        assert (checked.cases, checked.good) == (1, 0)
        assert (tmp_path / f"{known}.xlsx").is_file()
    with pytest.raises(NotFound):
        check_cases(elsewhere, "batch:none")
