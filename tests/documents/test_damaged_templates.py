"""A damaged template is filled right or named before anything is made: the known cases, and a drill of every kind."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from lxml import etree
from typer.testing import CliRunner, Result

from flows.application.template_check import sample_of, template_faults
from flows.cli import app
from flows.documents import fill, load_template
from flows.errors import TemplateRefused, WrongUse
from flows.settings import shipped_folder
from tests.conftest import SHARED
from tests.drills import damaged_templates
from tests.drills.template_damage_kinds import HARMFUL
from tests.drills.template_damages import targets
from tests.intake.workbooks import ALIS, TJENESTEAVTALE6, table, write_workbook
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.hostile import parts_of, with_parts

CASES: Mapping[str, tuple[str, str]] = {
    "ins": ("sporet endring", "document, avsnitt 44"),
    "official-A": ("sporet endring", "document, avsnitt 98"),
    "official-C": ("sporet endring", "footer1, avsnitt 2"),
    "twop": ("§ 1 Kommunen dekker alle utgifter.", "document, avsnitt 46"),
    "r-and-p-prefix": ("{{r navn }}", "document, avsnitt 1"),
    "builtin-method": ("{{ lege_navn.title }}", "document, avsnitt 29"),
    "docm-content-type": ("Word-dokument (*.docx)", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_the_known_cases_are_named_with_their_place_and_never_filled(name: str) -> None:
    """Each of these was once filled wrongly without a word."""
    path = SHARED / "cases" / "templates" / f"{name}.docx"
    if not path.exists():
        pytest.skip("needs the folder cases/ beside the project")
    what, where = CASES[name]
    said = [(fault.what, fault.where) for fault in template_faults(path, "alis-avtale") if fault.stops]
    assert any(what in one and place == where for one, place in said), said
    sample = {**sample_of("alis"), "navn": "Kari", "malversjon": "1.0", "avtale_id": "a", "avtale_versjon": "1"}
    with pytest.raises(TemplateRefused) as refused:
        fill(load_template(path), sample)
    assert where in str(refused.value)


def test_every_kind_of_damage_is_filled_right_or_named() -> None:
    """Tags torn across elements in each part, misplaced, unprintable, and of other programs."""
    tried, silent = damaged_templates.run(60, seed=4)
    assert (tried, silent) == (60, [])


@pytest.mark.parametrize("kind", ["ins", "hidden half", "comment"])
def test_a_batch_makes_nothing_from_a_torn_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Each case is refused with the place in the template; what another template gives is made."""
    made = generated(tmp_path, monkeypatch, kind)
    assert made.exit_code == 1
    documents = json.loads(made.stdout)["documents"]
    (torn,) = (one["problem"] for one in documents if "ALIS-avtale" in one["name"])
    (whole,) = (one["problem"] for one in documents if "ALIS-avtale" not in one["name"])
    assert torn.startswith("Ingenting lages av malen alis på grunn av document, avsnitt ")
    assert whole == ""
    assert not list((tmp_path / "made").rglob("*ALIS-avtale*.docx"))


@pytest.mark.parametrize("kind", ["method", "left: {NAME}", "text beside p", "r prefix", "else with text"])
def test_a_batch_makes_nothing_from_a_template_that_says_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """No file is left, and the command does not end well."""
    made = generated(tmp_path, monkeypatch, kind)
    assert made.exit_code == 1
    assert "alis/template.docx" in made.output + str(made.exception)
    assert not list((tmp_path / "made").rglob("alis-*.docx"))


def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> Result:
    """Run `generate` on a case of each agreement, with a damaged template of the ALIS-avtale."""
    folder = tmp_path / "templates"
    shutil.copytree(shipped_folder("templates"), folder)
    damaged(folder / "alis" / "template.docx", kind)
    monkeypatch.setenv("AVTALEFLYT_TEMPLATES", str(folder))
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    rows = {"ALIS-avtale": table([ALIS]), "Tjenesteavtale 6": table([TJENESTEAVTALE6])}
    cases = write_workbook(tmp_path / "cases.xlsx", rows)
    return CliRunner().invoke(app, ["generate", str(cases), "-o", str(tmp_path / "made"), "--json"])


def damaged(path: Path, kind: str) -> None:
    """Damage a template in place, at the first tag of its body."""
    parts = parts_of(path.read_bytes())
    root = etree.fromstring(parts["word/document.xml"])
    HARMFUL[kind](targets(root)[0], Random(1))
    path.write_bytes(with_parts(path.read_bytes(), {"word/document.xml": etree.tostring(root)}))


def test_a_template_of_any_name_is_checked_for_the_agreement_that_is_said(tmp_path: Path) -> None:
    """`--type` takes the agreement's name or its template's; without it the file's name must say it."""
    path = tmp_path / "Ny mal (kopi).docx"
    shutil.copyfile(shipped_folder("templates") / "alis" / "template.docx", path)
    for name in ("alis", "alis-avtale", "alis-avtale.docx", "ALIS-avtale"):
        told = CliRunner().invoke(app, ["template", "check", str(path), "--type", name])
        assert (told.exit_code, told.stdout) == (0, "Ny mal (kopi).docx: ingenting er galt.\n")
    for options in ([], ["--type", "leieavtale"]):
        told = CliRunner().invoke(app, ["template", "check", str(path), *options])
        assert isinstance(told.exception, WrongUse)
        assert "--type: alis, tjenesteavtale6" in str(told.exception)


def test_a_template_without_a_version_is_looked_over_all_the_same(tmp_path: Path) -> None:
    """What else is wrong is said at once, not after the version is set."""
    path = tmp_path / "alis-avtale.docx"
    path.write_bytes(docx(paragraph("{{ leg_navn }}") + paragraph("{lege_navn}"), version=""))
    said = [fault.what for fault in template_faults(path)]
    assert any("mangler versjon" in one for one in said)
    assert any("leg_navn" in one for one in said)
    assert any("{lege_navn}" in one for one in said)
