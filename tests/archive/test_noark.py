"""The Noark 5 extract: valid by every official schema, and judged by a check that finds what is wrong."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from flows.archive import Store, open_store
from flows.archive.noark.entries import Period
from flows.archive.noark.extract import export_noark
from flows.archive.noark.selfcheck import check_package
from flows.archive.quarantine import accept
from flows.archive.store import sha256
from flows.errors import NotFound
from flows.register import Register, open_register
from flows.register.records import amend, get_record
from tests.archive.signed_agreements import NAMES, archived, authority, document
from tests.conftest import SHARED, Clock

SPECS = SHARED / "specs"
pytestmark = pytest.mark.skipif(not SPECS.exists(), reason="needs the schemas: put them into ../shared/specs")


def period(**other: str) -> Period:
    """Return the year of the tests' clock."""
    return Period(2026, "Bodø kommune", "999999999", "Helse og omsorg", SPECS, **other)


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an extract of three records, one of them restricted."""
    folder, clock, records = tmp_path_factory.mktemp("noark"), Clock(), []
    register, store = open_register(f"sqlite:///{folder / 'register.db'}", clock), open_store(folder.as_uri())
    for number in (1, 2, 3):
        records.append(archived(register, store, folder / "anchors", number, words=f"Ledd {number} om Šuoššjohka."))
        clock.forward(minutes=5)
    with register.write() as transaction:
        access = {"level": "Unntatt offentlighet", "basis": "Offl. § 26 femte ledd"}
        amend(transaction, get_record(transaction.session, records[0].id), "access", access, "vurdert")
    assert export_noark(register, store, period(), folder / "uttrekk") == []
    register.close()
    return folder / "uttrekk"


@pytest.fixture
def package(extract: Path, tmp_path: Path) -> Path:
    """Give a copy of the extract that a test may damage."""
    return Path(shutil.copytree(extract, tmp_path / "uttrekk"))


def test_every_file_is_valid_by_the_official_schemas(package: Path) -> None:
    """lxml, with the schemas as they are published, accepts every XML file of the package."""
    for name in ("arkivstruktur", "endringslogg", "loependeJournal", "offentligJournal"):
        schema = etree.XMLSchema(etree.parse(SPECS / "noark5" / "v5.0" / f"{name}.xsd"))
        schema.assertValid(etree.parse(package / f"{name}.xml"))
    addml = etree.XMLSchema(etree.parse(SPECS / "addml" / "addml-v8.3.xsd"))
    addml.assertValid(etree.parse(package / "arkivuttrekk.xml"))


def test_the_documents_are_what_was_signed(package: Path) -> None:
    """Every file lies in the package under the checksum that the structure gives it."""
    tree = etree.parse(package / "arkivstruktur.xml")
    space = "{http://www.arkivverket.no/standarder/noark5/arkivstruktur}"
    for one in tree.iter(f"{space}dokumentobjekt"):
        content = (package / str(one.findtext(f"{space}referanseDokumentfil"))).read_bytes()
        assert sha256(content) == one.findtext(f"{space}sjekksum")
    assert len(list((package / "DOKUMENT").iterdir())) == 3


def test_the_public_journal_masks_what_is_restricted(package: Path) -> None:
    """The other party of a restricted record is stars in the public journal and a name in the running one."""
    assert (package / "offentligJournal.xml").read_text().count("*****") == 1
    assert "*****" not in (package / "loependeJournal.xml").read_text()


@pytest.mark.parametrize("switch", [{"format": "extension"}, {"journal": "entries"}])
def test_both_settings_of_the_switches_pass(
    any_register: Register, store: Store, anchors: Path, tmp_path: Path, switch: dict[str, str]
) -> None:
    """A depot may want the extension as format, or journals from first to last entry; either database gives both."""
    archived(any_register, store, anchors)
    assert export_noark(any_register, store, period(**switch), tmp_path / "uttrekk") == []


def test_whatever_a_person_accepted_can_leave(
    register: Register, store: Store, anchors: Path, tmp_path: Path, clock: Clock
) -> None:
    """A file without any signature, and one that a provider alone has sealed: the year can be exported all the same."""
    unsigned = archived(
        register, store, anchors, 1, signed_pdf=document() + b"\n", provider="docuseal", signed_by=NAMES
    )
    sealed = authority().sign(document(), "Leverandør", "Segl")
    rebuilt = archived(register, store, anchors, 2, signed_pdf=sealed, provider="docuseal", signed_by=NAMES)
    assert (unsigned.status, rebuilt.status) == ("quarantined", "archived")
    accept(register, store, unsigned.id, "signert på papir")
    assert export_noark(register, store, period(), tmp_path / "uttrekk") == []
    said = (tmp_path / "uttrekk" / "arkivstruktur.xml").read_text()
    assert said.count("<elektroniskSignatur>") == 1
    assert "virksomhetssertifikat" in said
    assert "Leverandør" not in said
    assert said.count(f"navn>{NAMES[1]}</") == 2


def test_a_third_type_of_agreement_leaves_with_a_class_of_its_own(
    register: Register, store: Store, anchors: Path, tmp_path: Path
) -> None:
    """Nothing in the archive knows the types by name; own metadata follow the schema that the municipality gives."""
    archived(register, store, anchors, 1)
    archived(register, store, anchors, 2, kind="tredje")
    schemas = Path(shutil.copytree(SPECS, tmp_path / "schemas"))
    own = next(schemas.rglob("avtalemetadata.xsd"))
    own.write_text(
        own.read_text().replace(
            '<xs:enumeration value="ALIS-avtale"/>',
            '<xs:enumeration value="ALIS-avtale"/><xs:enumeration value="tredje"/>',
        )
    )
    assert export_noark(register, store, replace(period(), schemas=schemas), tmp_path / "uttrekk") == []
    assert "<klasseID>AVT-tredje</klasseID>" in (tmp_path / "uttrekk" / "loependeJournal.xml").read_text()


def test_an_empty_year_exports_nothing(register: Register, store: Store, tmp_path: Path) -> None:
    """There is no package of a year in which nothing was archived."""
    with pytest.raises(NotFound):
        export_noark(register, store, period(), tmp_path / "uttrekk")
    assert list(tmp_path.glob("uttrekk*")) == []


def edit(name: str, pattern: str, into: str, count: int = 1) -> Callable[[Path], None]:
    """Return a fault: one file edited, with its checksum in the description put right again."""

    def seed(package: Path) -> None:
        path, description = package / name, package / "arkivuttrekk.xml"
        before = sha256(path.read_bytes())
        text, found = re.subn(pattern, into, path.read_text(), count=count, flags=re.DOTALL)
        assert found
        path.write_text(text)
        description.write_text(description.read_text().replace(before, sha256(path.read_bytes())))

    return seed


def first_document(package: Path) -> Path:
    """Return the first document of a package."""
    return min((package / "DOKUMENT").iterdir())


CLASS = (
    "<klasse><systemID>0b6a8f1e-2f0c-4c7e-9a59-00000000000a</systemID><klasseID>X</klasseID><tittel>X</tittel>"
    "<opprettetDato>2026-01-01T00:00:00Z</opprettetDato><opprettetAv>X</opprettetAv></klasse>"
)
ENTRY = "<registrering/>"
VERDICT = (
    "<kassasjon><kassasjonsvedtak>Kasseres</kassasjonsvedtak><bevaringstid>5</bevaringstid>"
    "<kassasjonsdato>2031-01-01</kassasjonsdato></kassasjon>"
)
OTHER = SPECS / "arkivmelding-eformidling" / "metadatakatalog.xsd"
S, D = "arkivstruktur.xml", "arkivuttrekk.xml"
FAULTS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a described file is missing": ("N5.01", lambda p: (p / "endringslogg.xml").unlink()),
    "an undescribed file": ("N5.01", lambda p: (p / "mer.xml").write_text("<mer/>")),
    "a wrong checksum": ("N5.02", edit(D, r"<value>[0-9a-f]{64}", "<value>" + "0" * 64)),
    "an unofficial schema": ("N5.03", edit("endringslogg.xsd", "Noark 5", "Noark 6")),
    "a wrong date": ("N5.03", edit(S, r"<journaldato>[^<]*", "<journaldato>1. desember")),
    "a wrong date in own metadata": ("N5.03", edit(S, r"gyldigFra>[^<]*", "gyldigFra>i fjor")),
    "a wrong number of cases": ("N5.10", edit(D, r"//mappe(.*?)<value>3", r"//mappe\1<value>4")),
    "an open case": ("N5.15", edit(S, "<saksstatus>Avsluttet", "<saksstatus>Under behandling")),
    "a wrong number of entries": ("N5.16", edit(D, r"//registrering(.*?)<value>3", r"//registrering\1<value>2")),
    "two kinds of main document": ("N5.17", edit(S, ">Hoveddokument<", ">Vedlegg<")),
    "an entry that is not archived": ("N5.22", edit(S, ">Arkivert<", ">Journalført<")),
    "an entry without a document": ("N5.21", edit(S, "<dokumentbeskrivelse>.*?</dokumentbeskrivelse>", "")),
    "a document without an object": ("N5.24", edit(S, "<dokumentobjekt>.*?</dokumentobjekt>", "")),
    "a document under work": ("N5.25", edit(S, "Dokumentet er ferdigstilt", "Dokumentet er under redigering")),
    "a wrong number of files": ("N5.28", edit(D, r'(antallDokumentfiler".*?<value>)3', r"\g<1>9")),
    "a changed document": ("N5.30", lambda p: first_document(p).write_bytes(b"%PDF-1.7 et annet")),
    "a missing document": ("N5.32", lambda p: first_document(p).unlink()),
    "a document that nothing refers to": ("N5.33", lambda p: (p / "DOKUMENT" / "x.pdf").write_bytes(b"x")),
    "a document used twice": ("N5.34", edit(S, r"2026-2-1-1\.pdf", "2026-1-1-1.pdf")),
    "a flag that hides restriction": ("N5.42", edit(D, r'(SkjermetInformasjon".*?<value>)true', r"\1false")),
    "a flag of disposal": ("N5.44", edit(D, r'(SomSkalKasseres".*?<value>)false', r"\1true")),
    "a flag of disposal done": ("N5.45", edit(D, r'(SomErKassert".*?<value>)false', r"\1true")),
    "a doubled id": (
        "N5.47",
        edit(S, r"(<registrering[^>]*><systemID>)[^<]*", r"\g<1>0b6a8f1e-2f0c-4c7e-9a59-000000000001", 2),
    ),
    "a wrong count in a journal": ("N5.59", edit("offentligJournal.xml", "Journalposter>3", "Journalposter>4")),
    "a journal of another period": (
        "N5.60",
        edit("loependeJournal.xml", "StartDato>2026-01-01", "StartDato>2026-12-24"),
    ),
    "a restricted name in the public journal": (
        "N5.59",
        edit("offentligJournal.xml", r"\*{5}", NAMES[1]),
    ),
    "a class with classes and folders": ("N5.12", edit(S, "</mappe></klasse>", f"</mappe>{CLASS}</klasse>")),
    "a class with classes and entries": ("N5.19", edit(S, r"</klasse>", ENTRY + CLASS + "</klasse>")),
    "a case that holds nothing": ("N5.14", edit(S, "<registrering .*?</registrering>", "")),
    "a change of nothing": (
        "N5.62",
        edit("endringslogg.xml", r"Arkivenhet>[^<]*", "Arkivenhet>0b6a8f1e-2f0c-4c7e-9a59-00000000000f"),
    ),
    "an empty element": ("N5.63", edit(S, r"<saksansvarlig>[^<]*", "<saksansvarlig>")),
    "an empty document": ("N5.64", lambda p: first_document(p).write_bytes(b"")),
    "a schema of another system with the same name": ("N5.03", lambda p: shutil.copyfile(OTHER, p / OTHER.name)),
    "a schema without a checksum": (
        "N5.02",
        edit(D, r'(metadatakatalog\.xsd</value>.*?)<property name="checksum">.*?</properties></property>', r"\1"),
    ),
    "a checksum of another kind": ("N5.30", edit(S, "<sjekksumAlgoritme>SHA-256", "<sjekksumAlgoritme>MD5")),
    "an empty title of a class": ("N5.63", edit(S, "(<tittel[^>]*>)ALIS-avtaler", r"\1")),
    "an empty element in the description": ("N5.63", edit(D, r'(name="archive"><value>)[^<]*', r"\1")),
    "an empty element in the change log": ("N5.63", edit("endringslogg.xml", "<endretAv>[^<]*", "<endretAv>")),
    "a flag that is not there": ("N5.45", edit(D, "omfatterDokumenterSomErKassert", "omfatterNoeAnnet")),
    "a verdict for the whole part": (
        "N5.44",
        edit(S, "(<arkivperiodeSluttDato[^>]*>[^<]*</arkivperiodeSluttDato>)", rf"\1{VERDICT}"),
    ),
    "a verdict that does not belong there": (
        "N5.44",
        edit(
            S,
            "(<arkivperiodeSluttDato[^>]*>[^<]*</arkivperiodeSluttDato>)",
            rf"\1{VERDICT}".replace("Kasseres", "Bevares"),
        ),
    ),
    "a wrong number of changes": ("KRAV", edit(D, r"(//endring.*?<value>)\d+", r"\g<1>99")),
    "a description in another order": (
        "KRAV",
        edit(
            D,
            '(<property name="inngaaendeSkille">.*?</property>)(<property name="utgaaendeSkille">.*?</property>)',
            r"\2\1",
        ),
    ),
    "a restricted name within a title of the public journal": (
        "N5.59",
        edit("offentligJournal.xml", "(<offentligTittel>)", rf"\1Avtale med {NAMES[1]}: "),
    ),
    "an entry of an unknown kind": ("OWN", edit(S, "<journalposttype>[^<]*", "<journalposttype>Brev")),
    "a year that is no number": ("N5.03", edit("loependeJournal.xml", "<journalaar>2026", "<journalaar>i år")),
    "an entry without its post": ("N5.59", edit("loependeJournal.xml", "<journalpost>.*?</journalpost>", "")),
    "a number that is none": ("N5.10", edit(D, r"//mappe(.*?)<value>3", r"//mappe\1<value>tre")),
    "an unknown value": ("OWN", edit(S, ">Avsluttet periode<", ">Aktiv periode<")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found_by_the_rule_that_owns_it(package: Path, fault: str) -> None:
    """The self-check names the rule for every fault that is put into a good package."""
    assert list(check_package(package, SPECS)) == []
    rule, seed = FAULTS[fault]
    seed(package)
    assert rule in {one.rule for one in check_package(package, SPECS)}
