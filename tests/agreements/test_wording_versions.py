"""Versions of the official wording: number, text, digest, days and history, and what is refused."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.agreements.types import types
from flows.agreements.wording_versions import wording_digest, wording_number, wording_versions
from flows.application.official_wording import require_official_wording
from flows.cli import app
from flows.errors import TemplateRefused
from flows.settings import shipped_folder
from tests.conftest import PROJECT
from tests.templates.altered import BODY, write_altered

NAME = "alis/template.docx"
VERSION_2 = ("docProps/core.xml", "<cp:version>1.0<", "<cp:version>2.0<")
NEW = (BODY, "til 5 år", "til 6 år")
TODAY = date(2026, 12, 1)


def table_of(folder: Path, text: str, *lines: str, digest: str = "") -> Path:
    """Write a folder of templates whose ALIS-avtale has a version 2 of the wording; return its table's path."""
    (folder / "alis").mkdir(exist_ok=True)
    (folder / "alis" / "wording-2.txt").write_text(text)
    table = folder / "alis" / "versions.toml"
    said = ["[[version]]", "number = 2", 'wording = "wording-2.txt"', 'approved_by = "Eksempel"', *lines]
    table.write_text("\n".join([*said, f'sha256 = "{digest or wording_digest(text)}"']))
    return table


@pytest.mark.parametrize("kind", types().values(), ids=lambda kind: kind.name)
def test_each_shipped_version_has_its_text_and_its_history(kind: object) -> None:
    """The table, the text and its digest agree; who approved it and what was done to it is said."""
    versions = wording_versions([shipped_folder("templates") / getattr(kind, "name", "")])
    assert list(versions) == [1]
    (version,) = versions.values()
    assert version.sha256 == wording_digest(version.text)
    example = "Ingen: eksempel med oppdiktet ordlyd"
    assert version.approved_by in ("Helsedirektoratet", "Nordlandssykehuset HF", example)
    assert [change.day for change in version.history] == [date(2026, 1, 2)]
    assert version.refusal_on(TODAY) == ""


def test_the_first_part_of_a_templates_version_is_the_number_of_its_wording() -> None:
    """What looks different is 1.1; what says something else is 2.0."""
    assert [wording_number(version) for version in ("1.0", "1.12", "2", " 3.1 ")] == [1, 1, 2, 3]
    assert [wording_number(version) for version in ("", "utkast", "v1", "-1.0")] == [None] * 4


def test_how_lines_end_is_no_part_of_the_text() -> None:
    """Git and editors on Windows change line ends, and some write a mark of byte order."""
    assert wording_digest("a\nb\n") == wording_digest("\ufeffa\r\nb\r\n") != wording_digest("a b\n")


def test_a_new_wording_is_a_new_version(tmp_path: Path) -> None:
    """Its text is written from the approved template, enters the table, and from then on it is the one to keep to."""
    template = write_altered(tmp_path, NAME, NEW, VERSION_2)
    with pytest.raises(TemplateRefused, match=r"utgave 2\.0, og den offisielle ordlyden for den utgaven er ikke her"):
        require_official_wording([template], TODAY)
    written = CliRunner().invoke(app, ["template", "wording", str(template)])
    wording = tmp_path / "alis" / "wording-2.txt"
    text = wording.read_text()
    assert "til 6 år, gitt fulltids arbeid." in text
    assert wording_digest(text) in written.stdout
    assert CliRunner().invoke(app, ["template", "wording", str(template)]).exit_code != 0  # never over a file
    table_of(tmp_path, text)
    require_official_wording([template], TODAY)
    write_altered(tmp_path, NAME, VERSION_2)
    with pytest.raises(TemplateRefused, match="«6 år» → «5 år»"):
        require_official_wording([template], TODAY)


def test_a_version_is_used_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    """Before and after, the batch is refused, and the day is said."""
    template = write_altered(tmp_path, NAME, VERSION_2)
    text = (PROJECT / "templates" / "alis" / "wording-1.txt").read_text()
    table_of(tmp_path, text, "valid_from = 2027-01-01", "valid_to = 2027-12-31")
    for day in (date(2027, 1, 1), date(2027, 12, 31)):
        require_official_wording([template], day)
    for day, said in ((date(2026, 12, 31), r"gjelder først fra 01\.01\.2027"), (date(2028, 1, 1), r"til 31\.12\.2027")):
        with pytest.raises(TemplateRefused, match=said):
            require_official_wording([template], day)


@pytest.mark.parametrize(
    "line", ["valid_form = 2027-01-01", 'valid_from = "snart"', "valid_from = 2027-01-01T08:00:00"]
)
def test_what_the_table_does_not_know_is_refused(tmp_path: Path, line: str) -> None:
    """A mistyped key would leave a day out, and a version would be valid for ever."""
    table_of(tmp_path, "Ordlyd", line)
    with pytest.raises(TemplateRefused, match=f"kjenner ikke: {line[:10]}"):
        wording_versions([tmp_path / "alis"])


@pytest.mark.parametrize("content", ["[[version]]", "versjon = 1", "[[version", '[[version]]\nnumber = "x"\n'])
def test_a_table_that_is_none_is_one_sentence(tmp_path: Path, content: str) -> None:
    """Without a traceback."""
    table_of(tmp_path, "Ordlyd").write_text(content)
    with pytest.raises(TemplateRefused, match=r"alis/versions\.toml"):
        wording_versions([tmp_path / "alis"])


def test_a_text_that_was_changed_after_it_was_approved_is_refused(tmp_path: Path) -> None:
    """The digest in the table holds the text."""
    table_of(tmp_path, "Ordlyd", digest=wording_digest("Annen ordlyd"))
    with pytest.raises(TemplateRefused, match="ikke teksten som ble godkjent"):
        wording_versions([tmp_path / "alis"])
