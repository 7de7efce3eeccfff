"""Agreements with the other trusts, on texts that their owners supply; until then each is said to be missing."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.agreements import trusts
from flows.agreements.types import types
from flows.agreements.wording_versions import wording_digest
from flows.application.document_sources import agreement_source
from flows.application.official_wording import require_official_wording, write_wording
from flows.documents import load_template, make, shows
from flows.errors import TemplateRefused, WrongUse
from flows.settings import Settings, shipped_folder
from tests.agreements.cases import TODAY, tjenesteavtale6_case
from tests.templates.altered import BODY, altered

KIND = types()["tjenesteavtale6"]
UNN = tjenesteavtale6_case(
    kommunenr="5501", kommune_visningsnavn="Tromsø kommune", hf_orgnr="983974899", helseforetak_navn="UNN"
)
FINNMARK = tjenesteavtale6_case(
    kommunenr="5601", kommune_visningsnavn="Alta kommune", hf_orgnr="983974880", helseforetak_navn=""
)
HELGELAND = tjenesteavtale6_case(
    kommunenr="1833", kommune_visningsnavn="Rana kommune", hf_orgnr="983974929", helseforetak_navn=""
)
_SAYS = ("til tjenesteavtale 6", "til tjenesteavtale 7")


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder of templates of one's own that the settings name."""
    shutil.copytree(shipped_folder("templates"), tmp_path / "templates")
    monkeypatch.setenv("AVTALEFLYT_TEMPLATES", str(tmp_path / "templates"))
    trusts.trusts.cache_clear()
    yield tmp_path / "templates"
    monkeypatch.undo()
    trusts.trusts.cache_clear()


def supply(templates: Path, folder: str) -> Path:
    """Put an invented text of a trust where its owner would; return the template."""
    target = templates / "tjenesteavtale6" / folder
    target.mkdir()
    (target / "template.docx").write_bytes(altered("tjenesteavtale6/template.docx", (BODY, *_SAYS)))
    written = write_wording(target / "template.docx")
    assert written.path == target / "wording-1.txt"
    said = (
        f'[[version]]\nnumber = 1\nwording = "wording-1.txt"\nsha256 = "{written.sha256}"\napproved_by = "Eksempel"\n'
    )
    (target / "versions.toml").write_text(said)
    return target / "template.docx"


def found(case: object) -> list[tuple[str, str]]:
    """Return rule and message of every error of a case."""
    return [(one.rule, one.message) for one in KIND.judge(case, TODAY) if one.level == "error"]


@pytest.mark.parametrize(
    ("case", "title"),
    [
        (UNN, "Universitetssykehuset Nord-Norge HF (Tjenesteavtale 7, underavtale om ALIS)"),
        (FINNMARK, "Finnmarkssykehuset HF (Tjenesteavtale 7, vedlegg om ALIS)"),
        (HELGELAND, "Helgelandssykehuset HF (Tjenesteavtale om ALIS)"),
    ],
)
def test_a_text_that_is_not_here_is_said_to_be_so(case: object, title: str) -> None:
    """In one sentence, by the trust's own number and name; it is not printed on another trust's text."""
    first, *others = found(case)
    assert first[0] == "R-B01"
    assert first[1].startswith(f"Den offisielle teksten til {title} er ikke her.")
    assert [rule for rule, _message in others] == (["R-B02"] if case is HELGELAND else [])


def test_what_is_not_known_of_a_trust_is_asked_for(templates: Path) -> None:
    """Helgelandssykehuset's number is asked for; once it is told, the agreement is called by it."""
    supply(templates, "helgelandssykehuset")
    ((rule, message),) = found(HELGELAND)
    assert rule == "R-B02"
    assert "trust.toml" in message
    warnings = [one.rule for one in KIND.judge(HELGELAND, TODAY) if one.level == "warning"]
    assert warnings == ["R-B12"]
    told = templates / "tjenesteavtale6" / "helgelandssykehuset" / "trust.toml"
    told.write_text('agreement = "9"\nneeds_reported_by_months = 8\ncontract_by_months = 2\n')
    trusts.trusts.cache_clear()
    assert KIND.judge(HELGELAND, TODAY) == []
    assert KIND.title_of(HELGELAND) == "Tjenesteavtale 9, avtale om ALIS"


@pytest.mark.parametrize("told", ['agreement = "8"', "agreement = 7", 'phone = "1"', "= ="])
def test_a_file_that_says_otherwise_is_refused(templates: Path, told: str) -> None:
    """What is known is not silently replaced, and an unknown key does not pass for a known one."""
    folder = templates / "tjenesteavtale6" / "unn"
    folder.mkdir()
    (folder / "trust.toml").write_text(told)
    with pytest.raises(WrongUse, match="trust\\.toml"):
        trusts.trusts()


def test_a_supplied_text_is_used_and_locked(templates: Path) -> None:
    """The document is the trust's own, under its own title; a word that was changed since stops it."""
    template = supply(templates, "unn")
    assert found(UNN) == []
    settings = Settings(_env_file=None)
    source = agreement_source(settings, KIND, UNN, "nb")
    assert (source.template, source.template_name) == (template, "tjenesteavtale6/unn/template.docx")
    assert KIND.public_title(UNN) == "Tjenesteavtale 7 om ALIS – kommune 5501"
    require_official_wording([template], date(2026, 12, 1))
    loaded = load_template(template)
    values = {**source.values, "malversjon": loaded.version, "avtale_id": "prøve", "avtale_versjon": "1"}
    assert shows(make(loaded, values).pdf, "tilleggsavtale til tjenesteavtale 7")
    (template.parent / "wording-1.txt").write_text(text := "Noe annet\n")
    table = template.parent / "versions.toml"
    table.write_text(table.read_text().replace(table.read_text().split('sha256 = "')[1][:64], wording_digest(text)))
    with pytest.raises(TemplateRefused, match="avviker"):
        require_official_wording([template], date(2026, 12, 1))
