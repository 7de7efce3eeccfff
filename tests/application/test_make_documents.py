"""Making documents from a damaged template makes none, in the renewal and for a new hire alike."""

import json
import shutil
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from flows.application.context import Context
from flows.application.make_documents import make_documents
from flows.application.take_in import open_batch, take_in
from flows.archive import open_store
from flows.register import Register, State
from flows.register.agreements import current_version, get_agreement
from flows.settings import Engine, Settings, shipped_folder
from tests.drills.template_damage_kinds import HARMFUL
from tests.drills.template_damages import targets
from tests.signing.paper_provider import PaperProvider
from tests.typesetting.hostile import parts_of, with_parts


@pytest.mark.parametrize("engine", list(Engine))
def test_nothing_is_made_from_a_damaged_template(register: Register, tmp_path: Path, engine: Engine) -> None:
    """The agreement stays where it was, with a sentence that names the paragraph, whichever engine sets the PDF."""
    folder = tmp_path / "templates"
    shutil.copytree(shipped_folder("templates"), folder)
    template = folder / "alis" / "template.docx"
    root = etree.fromstring(parts_of(template.read_bytes())["word/document.xml"])
    HARMFUL["hyperlink"](targets(root)[0], Random(1))
    template.write_bytes(with_parts(template.read_bytes(), {"word/document.xml": etree.tostring(root)}))
    source = tmp_path / "case.json"
    case = json.loads((shipped_folder("fixtures") / "new-alis.json").read_text())
    source.write_text(json.dumps(case if isinstance(case, list) else [case]))
    settings = Settings(_env_file=None, output=tmp_path / "output", templates=folder, workers=1, engine=engine)
    context = Context(settings, register, open_store((tmp_path / "store").as_uri()), PaperProvider())
    (agreement_id,) = take_in(context, open_batch(context, str(source))).agreement_ids
    (outcome,) = make_documents(context, [agreement_id])
    assert outcome.state == State.RECEIVED
    assert outcome.problem.startswith("Ingenting lages av malen alis på grunn av document, avsnitt ")
    assert "på tvers av en lenke" in outcome.problem
    with register.read() as session:
        assert current_version(session, get_agreement(session, agreement_id)).docx_sha256 is None
