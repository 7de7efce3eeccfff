"""An agreement in nynorsk: made, made again once its template has a new version, previewed as amended, and amended."""

import json
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from flows.application.context import Context
from flows.application.preview import preview
from flows.application.public_copies import public_copy_maker
from flows.application.template_versions import approved_wordings, make_again, templates_used
from flows.archive import open_store
from flows.cli import app
from flows.documents import shows
from flows.errors import StoreDamaged
from flows.register import Register
from flows.register.agreements import current_version, get_agreement
from flows.register.records import find_records
from flows.settings import Settings, shipped_folder
from tests.conftest import Clock
from tests.end_to_end.agreement_life import Installation, installation
from tests.intake.workbooks import ALIS, table, write_workbook
from tests.templates.altered import altered

KLEPP = {
    **ALIS,
    "Kommunenummer": "1120",
    "Kommune": "Klepp",
    "Avtalen gjelder fra": "01.08.2027",
    "Avtalen gjelder til": "31.12.2030",
    "Dato for oppstart i ny ordning for spesialistutdanning": "01.03.2027",
    "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)": "02/2032",
    "4.2 Tilleggselementer": "",
}
AMENDED = {
    **KLEPP,
    "4.1.2 Læringsaktiviteter": "Kurs blir dekte.",
    "Hva som gjøres": "Endres",
    "Endres fra": "01.06.2028",
}
LOOKS = ("word/styles.xml", '<w:sz w:val="22"/>', '<w:sz w:val="21"/>')
NEWER = ("docProps/core.xml", "<cp:version>1.0<", "<cp:version>1.1<")


def allowed(installed: Installation, templates: Path) -> Context:
    """Return the installation's context with templates of its own, and the translation allowed."""
    shutil.copytree(shipped_folder("templates"), templates)
    old = installed.context
    settings = old.settings.model_copy(update={"templates": templates, "unofficial_nynorsk": True})
    installed.context = Context(settings, old.register, old.store, old.provider)
    return installed.context


def language_of(pdf: bytes) -> object:
    """Return the language that a PDF says it is in."""
    return PdfReader(BytesIO(pdf)).root_object["/Lang"]


def test_an_agreement_in_nynorsk_through_versions_and_changes(register: Register, clock: Clock, tmp_path: Path) -> None:
    """Each version's document can be made again as it was; the change is told in the agreement's own language."""
    installed = installation(register, clock, tmp_path)
    context = allowed(installed, tmp_path / "templates")
    installed.on(date(2027, 7, 1))
    taken = installed.season(write_workbook(tmp_path / "2027.xlsx", {"ALIS-avtale": table([KLEPP])}))
    (agreement,) = taken.agreement_ids
    (used,) = templates_used(context, taken.batch_id)
    assert (used.template, used.version, used.documents) == ("alis/template.nn.docx", "1.0", 1)

    for name in ("template.docx", "template.nn.docx"):
        path = context.settings.templates / "alis" / name
        path.write_bytes(altered(f"alis/{name}", LOOKS, NEWER))
    again = make_again(context, agreement)
    assert again.is_same
    assert again.document.template_version == "1.0"
    assert language_of(again.document.pdf) == "nn"
    context = Context(
        context.settings.model_copy(update={"unofficial_nynorsk": False}), register, context.store, context.provider
    )
    assert make_again(context, agreement).is_same  # what was made stays what it was, whatever is allowed now
    ((record, _agreement),) = _records(register)
    (copy,) = public_copy_maker(context.settings, register, context.store)([record])
    assert isinstance(copy, bytes)
    assert shows(copy, "versjon 1, offentleg versjon")
    assert shows(copy, "[skjerma]")

    amended = write_workbook(tmp_path / "2028.xlsx", {"ALIS-avtale": table([AMENDED])})
    previews = preview(context, str(amended), tmp_path / "preview")
    assert [one.problem for one in previews.documents] == [""]
    (pdf,) = (tmp_path / "preview").glob("*.pdf")
    for text in ("Endringsavtale", "Frå 1. juni 2028 gjeld dette", "4.1.2 Læringsaktivitetar", "No: Kurs blir dekte."):
        assert shows(pdf.read_bytes(), text), text
    assert language_of(pdf.read_bytes()) == "nn"
    installed.on(date(2028, 3, 1))
    (change,) = installed.season(amended).agreement_ids
    with register.read() as session:
        assert current_version(session, get_agreement(session, change)).template == "endringsavtale/template.nn.docx"
    assert make_again(context, change).is_same


def _records(register: Register) -> list[tuple[str, str]]:
    with register.read() as session:
        return [(record.id, agreement.id) for record, agreement in find_records(session, type="alis")]


def test_a_version_that_is_not_kept_is_told(register: Register, clock: Clock, tmp_path: Path) -> None:
    """A document of a template that is nowhere any more is not made of another one."""
    installed = installation(register, clock, tmp_path)
    context = allowed(installed, tmp_path / "templates")
    installed.on(date(2027, 7, 1))
    (agreement,) = installed.season(write_workbook(tmp_path / "a.xlsx", {"ALIS-avtale": table([KLEPP])})).agreement_ids
    path = context.settings.templates / "alis" / "template.nn.docx"
    path.write_bytes(altered("alis/template.nn.docx", LOOKS, NEWER))
    elsewhere = Context(context.settings, register, open_store((tmp_path / "empty").as_uri()), context.provider)
    with pytest.raises(StoreDamaged):
        make_again(elsewhere, agreement)


def test_every_wording_says_since_when_and_by_whom(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command shows both languages of both agreements, and that of amendments."""
    monkeypatch.chdir(tmp_path)
    found = json.loads(CliRunner().invoke(app, ["template", "versions", "--json"]).stdout)
    told = {(one["type"], one["language"]): (one["number"], one["approved_by"], one["unofficial"]) for one in found}
    assert told[("alis", "nb")] == (1, "Helsedirektoratet", False)
    assert told[("alis", "nn")] == (1, "Ingen: uoffisiell omsetjing", True)
    assert told[("endringsavtale", "nn")] == (1, "Avtaleflyt", False)
    assert {name for name, _language in told} >= {"alis", "tjenesteavtale6", "veiledningsavtale", "endringsavtale"}
    assert [one["valid"]["from"] for one in found if one["type"] == "alis"] == ["2023-01-01", None]
    assert all(one["history"] for one in found)
    assert len(approved_wordings(_context(tmp_path))) == len(found)


def _context(folder: Path) -> Context:
    return Context(Settings(_env_file=None, output=folder))
