"""Public copies of archived agreements: the same document without its persons, made from the same template."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.generic import StreamObject

from flows import language
from flows.agreements.public_copy import MASK, public_context
from flows.agreements.types import types
from flows.application.public_copies import public_copy_maker
from flows.archive import check_archive, open_store
from flows.archive.exports import export_audit
from flows.archive.fixity import orphans_in
from flows.errors import NotAllowed
from flows.register.records import files_of
from flows.settings import Settings
from tests.archive.agreement_from_template import RealAgreement, real_agreement


@pytest.fixture(scope="module")
def agreement(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealAgreement]:
    """Give a real agreement that is archived."""
    made = real_agreement(tmp_path_factory.mktemp("public"))
    assert made.record.status == "archived"
    yield made
    made.register.close()


def copy_of(agreement: RealAgreement, settings: Settings | None = None) -> bytes | str:
    """Return the public copy of the one record."""
    maker = public_copy_maker(settings or agreement.settings, agreement.register, agreement.store)
    return maker([agreement.record.id])[0]


def hidden_words(agreement: RealAgreement) -> set[str]:
    """Return every word of the values that a public copy masks."""
    masked = types()["alis"].masked or frozenset()
    return {word for name in masked for word in re.split(r"[\s-]+", str(agreement.context[name]))}


def everything_in(pdf: bytes) -> str:
    """Return all text of a PDF, its metadata and every decoded stream and string, for looking for what is not there."""
    reader = PdfReader(io.BytesIO(pdf))
    said = [page.extract_text() for page in reader.pages]
    said += [str(reader.metadata), str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data().decode())]
    for number in range(1, len(reader.xref[0]) + 1 + sum(len(one) for one in (reader.xref_objStm,))):
        found = reader.get_object(number)
        said.append(str(found))
        if isinstance(found, StreamObject):
            said.append(found.get_data().decode("latin-1"))
    return "\n".join(said)


def found_in(said: str, words: set[str]) -> set[str]:
    """Return those of the words that are said, in any case, also in the genitive."""
    return {word for word in words if re.search(rf"(?<!\w){re.escape(word)}s?(?!\w)", said, re.IGNORECASE)}


def test_no_word_of_what_is_masked_is_in_the_copy(agreement: RealAgreement) -> None:
    """Names and numbers of persons are nowhere in the copy: no text, metadata, bookmark or attachment holds them."""
    pdf = copy_of(agreement)
    assert isinstance(pdf, bytes)
    said = everything_in(pdf)
    assert found_in(said, hidden_words(agreement)) == set()
    with agreement.register.read() as session:
        sent = next(one.digest for one in files_of(session, agreement.record.id) if one.role == "sent")
    assert found_in(everything_in(agreement.store.get(sent)), hidden_words(agreement)) == hidden_words(agreement)
    assert "/EmbeddedFile" not in said
    assert "/Sig" not in said


def test_the_copy_says_what_it_is_and_keeps_the_terms(agreement: RealAgreement) -> None:
    """Every page says that it is a public copy; the terms, amounts and the municipality stand as they were agreed."""
    pdf = copy_of(agreement)
    assert isinstance(pdf, bytes)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert all("offentlig versjon" in page for page in pages)
    whole = " ".join(pages)
    assert "Kr 12 345 per år." in whole
    assert str(agreement.context["kommune_navn"]) in whole
    assert f"{MASK} timer avtales med {MASK}." in whole


def test_the_audit_package_holds_the_copies_by_choice(agreement: RealAgreement, tmp_path: Path) -> None:
    """The index names each copy; without the choice there is none, and the archive stays proven."""
    language.use("nb")
    maker = public_copy_maker(agreement.settings, agreement.register, agreement.store)
    package = export_audit(agreement.register, agreement.store, 2028, tmp_path / "revisjon", maker)
    assert (package.agreements, package.public_copies, package.without) == (1, 1, ())
    rows = list(load_workbook(tmp_path / "revisjon" / "oversikt.xlsx").worksheets[0].values)
    assert rows[0][-1] == "Offentlig versjon"
    assert (tmp_path / "revisjon" / str(rows[1][-1])).read_bytes().startswith(b"%PDF-")
    export_audit(agreement.register, agreement.store, 2028, tmp_path / "uten")
    assert len(list((tmp_path / "uten").glob("*.pdf"))) == 1
    assert list(check_archive(agreement.register, agreement.store, agreement.anchors)) == []


def test_the_template_of_its_own_version_is_used(agreement: RealAgreement, tmp_path: Path) -> None:
    """A template that has changed since changes no copy: its own version lies with the record, and is no orphan."""
    with agreement.register.read() as session:
        kept = [one for one in files_of(session, agreement.record.id) if one.role == "template"]
    assert len(kept) == 1
    assert list(orphans_in(agreement.register, agreement.store)) == []
    (tmp_path / "alis").mkdir()
    (tmp_path / "alis" / "template.docx").write_bytes(b"en annen mal")
    elsewhere = agreement.settings.model_copy(update={"templates": tmp_path})
    assert isinstance(copy_of(agreement, elsewhere), bytes)


def test_a_version_that_was_not_kept_is_said_to_be_missing(agreement: RealAgreement, tmp_path: Path) -> None:
    """Without its own template there is no copy, and the index says why; another version is never used instead."""
    language.use("nb")
    (tmp_path / "alis").mkdir()
    (tmp_path / "alis" / "template.docx").write_bytes(b"en annen mal")
    lost = public_copy_maker(
        agreement.settings.model_copy(update={"templates": tmp_path}),
        agreement.register,
        open_store((tmp_path / "tom").as_uri()),
    )
    package = export_audit(agreement.register, agreement.store, 2028, tmp_path / "revisjon", lost)
    assert package.public_copies == 0
    assert "er ikke bevart" in package.without[0]
    rows = list(load_workbook(tmp_path / "revisjon" / "oversikt.xlsx").worksheets[0].values)
    assert "er ikke bevart" in str(rows[1][-1])


def test_a_type_that_says_nothing_of_masking_gets_no_copy(agreement: RealAgreement) -> None:
    """A new type of agreement is never published by forgetting to say what is personal in it."""
    silent = replace(types()["alis"], masked=None)
    with pytest.raises(NotAllowed):
        public_context(silent, agreement.context, "id", 1)
