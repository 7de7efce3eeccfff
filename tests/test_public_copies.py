"""Public copies of archived agreements: the same document without its persons, made from the same template."""

import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from flows import language
from flows.agreements.public_copy import MASK, public_context
from flows.agreements.types import types
from flows.archive import SignedFiles, Store, check_archive, file_signed, open_store
from flows.archive.keeping import orphans_in
from flows.archive.leaving import export_audit
from flows.documents import load_template, make
from flows.errors import NotAllowed
from flows.intake import read
from flows.intake.known import as_received
from flows.public_copies import keep_template, maker_of
from flows.register import Register, open_register
from flows.register.agreements import Generated, approve, receive, record_generated
from flows.register.records import files_of
from flows.register.requests import ProviderAnswer, intend, record_acknowledged, record_sent, record_signed
from flows.settings import PROJECT, Settings
from tests.archive.signed import authority
from tests.conftest import Clock


@dataclass
class Archived:
    """One real ALIS-avtale in an archive of its own, and the values that its template was filled with."""

    register: Register
    store: Store
    anchors: Path
    settings: Settings
    record_id: str
    context: dict[str, object]


@pytest.fixture(scope="module")
def agreement(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archived]:
    """Archive an agreement whose free text names its doctor and supervisor, in full and in part."""
    folder, clock, kind = tmp_path_factory.mktemp("public"), Clock(), types()["alis"]
    templates = folder / "templates"
    shutil.copytree(PROJECT / "templates", templates)
    found = read(str(PROJECT / "fixtures" / "renewal-2027.xlsx"), clock().date())
    case = next(one for one in found.cases if one.type == "alis")
    first = case.case.lege_navn.split()[0]
    words = f"{first}s timer avtales med {case.case.veileder_navn.upper()}. Kr 12 345 per år."
    case = replace(case, case=case.case.model_copy(update={"avtalt_tilrettelegging": words}))
    register = open_register(f"sqlite:///{folder / 'register.db'}", clock, actor="tester")
    store = open_store((folder / "store").as_uri())
    template = load_template(templates / kind.template)
    with register.write() as transaction:
        agreement_id = receive(transaction, as_received(case)).agreement_id
    context = {**kind.context(case.case), "malversjon": template.version}
    document = make(template, {**context, "avtale_id": agreement_id, "avtale_versjon": "1"})
    kept = keep_template(store, templates / kind.template, document.template_sha256)
    made = Generated(
        kind.template, template.version, kept, store.put(document.docx), store.put(document.pdf), document.pages
    )
    signers = [
        {"order": order, "role": one.role, "name": one.name, "on_behalf_of": one.organisation}
        for order, one in enumerate(kind.signatories(case.case), start=1)
    ]
    with register.write() as transaction:
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
        request = intend(transaction, agreement_id, "desk", signers, transaction.now.replace(month=12, day=31))
        assert request is not None
        record_sent(transaction, request.reference, ProviderAnswer("job", {}))
        record_signed(transaction, request.reference)
    pdf = document.pdf
    for signer in signers:
        pdf = authority().sign(pdf, str(signer["name"]), f"Signatur{signer['order']}")
    anchors = authority().keep(folder / "anchors")
    record = file_signed(register, store, anchors, request.reference, SignedFiles(store.put(pdf)))
    with register.write() as transaction:
        record_acknowledged(transaction, request.reference)
    assert record.status == "archived"
    settings = Settings(templates=templates, workers=1, _env_file=None)
    yield Archived(register, store, anchors, settings, record.id, context)
    register.close()


def copy_of(agreement: Archived, settings: Settings | None = None) -> bytes | str:
    """Return the public copy of the one record."""
    maker = maker_of(settings or agreement.settings, agreement.register, agreement.store)
    return maker([agreement.record_id])[0]


def hidden_words(agreement: Archived) -> set[str]:
    """Return every word of the values that a public copy masks."""
    masked = types()["alis"].masked or set()
    return {word for name in masked for word in re.split(r"[\s-]+", str(agreement.context[name]))}


def everything_in(pdf: bytes) -> str:
    """Return all text of a PDF, its metadata and every decoded stream and string, for looking for what is not there."""
    reader = PdfReader(io.BytesIO(pdf))
    said = [page.extract_text() for page in reader.pages]
    said += [str(reader.metadata), str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data().decode())]
    for number in range(1, len(reader.xref[0]) + 1 + sum(len(one) for one in (reader.xref_objStm,))):
        found = reader.get_object(number)
        said.append(str(found))
        if hasattr(found, "get_data") and found.get("/Subtype") not in ("/Image", "/OpenType", "/CIDFontType0C"):
            said.append(found.get_data().decode("latin-1"))
    return "\n".join(said)


def found_in(said: str, words: set[str]) -> set[str]:
    """Return those of the words that are said, in any case, also in the genitive."""
    return {word for word in words if re.search(rf"(?<!\w){re.escape(word)}s?(?!\w)", said, re.IGNORECASE)}


def test_no_word_of_what_is_masked_is_in_the_copy(agreement: Archived) -> None:
    """Names and numbers of persons are nowhere in the copy: no text, metadata, bookmark or attachment holds them."""
    pdf = copy_of(agreement)
    assert isinstance(pdf, bytes)
    said = everything_in(pdf)
    assert found_in(said, hidden_words(agreement)) == set()
    with agreement.register.read() as session:
        sent = next(one.digest for one in files_of(session, agreement.record_id) if one.role == "sent")
    assert found_in(everything_in(agreement.store.get(sent)), hidden_words(agreement)) == hidden_words(agreement)
    assert "/EmbeddedFile" not in said
    assert "/Sig" not in said


def test_the_copy_says_what_it_is_and_keeps_the_terms(agreement: Archived) -> None:
    """Every page says that it is a public copy; the terms, amounts and the municipality stand as they were agreed."""
    pdf = copy_of(agreement)
    assert isinstance(pdf, bytes)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert all("offentlig versjon" in page for page in pages)
    whole = " ".join(pages)
    assert "Kr 12 345 per år." in whole
    assert str(agreement.context["kommune_navn"]) in whole
    assert f"{MASK} timer avtales med {MASK}." in whole


def test_the_audit_package_holds_the_copies_by_choice(agreement: Archived, tmp_path: Path) -> None:
    """The index names each copy; without the choice there is none, and the archive stays proven."""
    language.use("nb")
    maker = maker_of(agreement.settings, agreement.register, agreement.store)
    package = export_audit(agreement.register, agreement.store, 2028, tmp_path / "revisjon", maker)
    assert (package.agreements, package.public_copies, package.without) == (1, 1, ())
    rows = list(load_workbook(tmp_path / "revisjon" / "oversikt.xlsx").worksheets[0].values)
    assert rows[0][-1] == "Offentlig versjon"
    assert (tmp_path / "revisjon" / str(rows[1][-1])).read_bytes().startswith(b"%PDF-")
    export_audit(agreement.register, agreement.store, 2028, tmp_path / "uten")
    assert len(list((tmp_path / "uten").glob("*.pdf"))) == 1
    assert list(check_archive(agreement.register, agreement.store, agreement.anchors)) == []


def test_the_template_of_its_own_version_is_used(agreement: Archived, tmp_path: Path) -> None:
    """A template that has changed since changes no copy: its own version lies with the record, and is no orphan."""
    with agreement.register.read() as session:
        kept = [one for one in files_of(session, agreement.record_id) if one.role == "template"]
    assert len(kept) == 1
    assert list(orphans_in(agreement.register, agreement.store)) == []
    (tmp_path / "alis-avtale.docx").write_bytes(b"en annen mal")
    elsewhere = agreement.settings.model_copy(update={"templates": tmp_path})
    assert isinstance(copy_of(agreement, elsewhere), bytes)


def test_a_version_that_was_not_kept_is_said_to_be_missing(agreement: Archived, tmp_path: Path) -> None:
    """Without its own template there is no copy, and the index says why; another version is never used instead."""
    language.use("nb")
    (tmp_path / "alis-avtale.docx").write_bytes(b"en annen mal")
    lost = maker_of(
        agreement.settings.model_copy(update={"templates": tmp_path}),
        agreement.register,
        open_store((tmp_path / "tom").as_uri()),
    )
    package = export_audit(agreement.register, agreement.store, 2028, tmp_path / "revisjon", lost)
    assert package.public_copies == 0
    assert "er ikke bevart" in package.without[0]
    rows = list(load_workbook(tmp_path / "revisjon" / "oversikt.xlsx").worksheets[0].values)
    assert "er ikke bevart" in str(rows[1][-1])


def test_a_type_that_says_nothing_of_masking_gets_no_copy(agreement: Archived) -> None:
    """A new type of agreement is never published by forgetting to say what is personal in it."""
    silent = replace(types()["alis"], masked=None)
    with pytest.raises(NotAllowed):
        public_context(silent, agreement.context, "id", 1)
