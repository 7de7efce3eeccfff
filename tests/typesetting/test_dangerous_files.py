"""Files that are damaged, dangerous or enormous end in one sentence or a right PDF, soon, and nothing is fetched."""

import io
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from flows.cli import main
from flows.documents import load_template
from flows.errors import TemplateRefused
from tests.intake.workbooks import ALIS, table, write_workbook
from tests.typesetting import hostile
from tests.typesetting.docx_builder import docx, paragraph, zipped
from tests.typesetting.pdf_inspection import text

SOON = 20.0  # seconds of this process, which a busy machine does not make more
SECRET = "dette-skal-ingen-lese"
_reached: list[str] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        _reached.append(f"{event} {arguments[-1]}")


sys.addaudithook(_listen)


@dataclass(frozen=True, slots=True)
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Give a way to run a command as it is typed; it must end soon, in a sentence, and reach for nothing."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))

    def typed(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["avtaleflyt", *arguments])
        _reached.clear()
        started = time.process_time()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        took = time.process_time() - started
        caught = capsys.readouterr()
        assert took < SOON
        assert _reached == []
        assert "Traceback" not in caught.out + caught.err
        assert "A fault in the program" not in caught.err
        return Said(code, caught.out, caught.err.strip())

    return typed


@pytest.fixture
def convert(run: Run, tmp_path: Path) -> Callable[[bytes], Said]:
    """Give a way to convert a DOCX; without a PDF there is one sentence that a person can act on."""

    def converted(content: bytes) -> Said:
        source, target = tmp_path / "fil.docx", tmp_path / "fil.pdf"
        source.write_bytes(content)
        target.unlink(missing_ok=True)
        said = run("convert", str(source), "-o", str(target))
        assert target.exists() == (said.code == 0)
        if said.code:
            assert said.code == 1
            assert said.err.count("\n") == 0
            assert said.err.endswith(".")
            assert 20 < len(said.err) < 300
        return said

    return converted


@pytest.fixture
def shown(tmp_path: Path) -> Callable[[], str]:
    """Give the text of the PDF that was made."""
    return lambda: text((tmp_path / "fil.pdf").read_bytes())


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[str, list[str]]]:
    """Run a web server on this machine; give its address, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - the names of methods of HTTP

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


@pytest.fixture
def server(web: tuple[str, list[str]]) -> tuple[str, list[str]]:
    """Give the web server, which nobody has asked for anything yet."""
    web[1].clear()
    return web


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"bare tekst, kalt .docx", "ikke et Word-dokument"),
        (b"", "ikke et Word-dokument"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "kryptert"),
        (zipped({"a.txt": b"x"}), "ikke et Word-dokument"),
        (zipped({n: c for n, c in hostile.parts_of(hostile.whole()).items() if n != "word/document.xml"}), "ikke et"),
        (hostile.with_parts(hostile.whole(), {"word/document.xml": b"<w:document"}), "feil i XML"),
        (hostile.twice("word/document.xml"), "to ganger"),
        (hostile.linking("/etc/passwd"), "skadet bilde"),
    ],
    ids=["text", "empty", "encrypted", "another zip", "no document", "no XML", "two documents", "symbolic link"],
)
def test_what_is_no_sound_docx_is_one_sentence(convert: Callable[[bytes], Said], content: bytes, said: str) -> None:
    """Whoever picked the wrong file knows it, and knows what to do."""
    assert said in convert(content).err


def test_a_docx_that_was_cut_off_is_one_sentence(convert: Callable[[bytes], Said]) -> None:
    """Wherever the copying stopped."""
    assert [convert(content).code for content in hostile.truncated()] == [1, 1, 1, 1]


BOMBS: dict[str, Callable[[], bytes]] = {
    "main part": lambda: hostile.bomb(100_000_000),
    "styles": lambda: hostile.bomb(60_000_000, "word/styles0.xml"),
    "lying directory": lambda: hostile.lying_bomb(60_000_000),
    "zip in the zip": lambda: zipped(
        {**hostile.parts_of(hostile.whole()), "word/document.xml": hostile.bomb(60_000_000)}
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_zip_bomb_is_not_unpacked(convert: Callable[[bytes], Said], name: str) -> None:
    """Small to carry and enormous to open: it is refused by what it says, or where it proves to be lying."""
    assert convert(BOMBS[name]()).code == 1


def test_a_large_blank_picture_is_no_bomb(convert: Callable[[bytes], Said], shown: Callable[[], str]) -> None:
    """It packs as small as one, and is what some programs leave of a drawing."""
    blank = docx(paragraph("tekst"), others={"bilde": ("image", "media/bilde.emf", bytes(12_000_000))})
    assert convert(zipped(hostile.parts_of(blank))).code == 0
    assert "tekst" in shown()


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize("part", hostile.XML_PARTS)
def test_no_entity_of_any_part_is_resolved(
    convert: Callable[[bytes], Said], shown: Callable[[], str], server: tuple[str, list[str]], tmp_path: Path, part: str
) -> None:
    """Neither a file of this machine nor an address is read, and nothing grows: a template with any is refused."""
    address, asked = server
    (tmp_path / "hemmelig.txt").write_text(SECRET)
    declarations = {
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "hemmelig.txt").as_uri()}">]>': "&e;",
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}/entity">]>': "&e;",
        f'<!DOCTYPE x [<!ENTITY % e SYSTEM "{address}/parameter"> %e;]>': "",
        f'<!DOCTYPE x SYSTEM "{address}/dtd">': "",
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>': "&a8;",
    }
    for declaration, entity in declarations.items():
        content = hostile.declaring(part, declaration, entity)
        if convert(content).code == 0:
            assert SECRET not in shown()
        (tmp_path / "mal.docx").write_bytes(content)
        with pytest.raises(TemplateRefused):
            load_template(tmp_path / "mal.docx")
    assert asked == []


@pytest.mark.parametrize("how", ["link", "embed"])
@pytest.mark.parametrize(
    ("kind", "target", "external"),
    [
        ("image", "{address}/bilde.png", True),
        ("image", "{file}", True),
        ("image", r"\\127.0.0.1\andel\bilde.png", True),
        ("image", "{address}/bilde.png", False),
        ("image", "../../../../../../../..{path}", False),
        ("image", "{path}", False),
        ("attachedTemplate", "{address}/mal.dotm", True),
        ("header", "{address}/topp.xml", True),
        ("styles", "{address}/stiler.xml", True),
        ("footnotes", "../../../../../../../..{path}", False),
    ],
)
def test_nothing_is_fetched(
    convert: Callable[[bytes], Said], server: tuple[str, list[str]], tmp_path: Path,
    kind: str, target: str, external: bool, how: str,
) -> None:  # fmt: skip
    """A picture that lies elsewhere is a loss, said with its place; other parts from elsewhere are not there."""
    address, asked = server
    picture = tmp_path / "bilde.png"
    picture.write_bytes(hostile.png(8, 8))
    told = target.format(address=address, file=picture.as_uri(), path=picture)
    said = convert(hostile.pointing(kind, told, external, how))
    assert "bilde som ikke ligger i filen (document, avsnitt 2)" in said.err
    assert asked == []


@pytest.mark.parametrize("how", ["http", "file"])
def test_a_link_to_follow_is_no_fetch(
    convert: Callable[[bytes], Said], server: tuple[str, list[str]], how: str
) -> None:
    """A hyperlink is written into the PDF, and nobody goes there meanwhile."""
    address, asked = server
    body = '<w:p><w:hyperlink r:id="lenke"><w:r><w:t>loven</w:t></w:r></w:hyperlink></w:p>'
    link = f"{address}/lov" if how == "http" else "file:///etc/passwd"
    assert convert(docx(body, links={"lenke": link})).code == 0
    assert asked == []


def test_a_picture_of_five_megabytes_is_set(convert: Callable[[bytes], Said]) -> None:
    """A photograph of a coat of arms is no reason to refuse."""
    content = io.BytesIO()
    noise = random.Random(3).randbytes(1300 * 1300 * 3)
    Image.frombytes("RGB", (1300, 1300), noise).save(content, "PNG")
    assert len(content.getvalue()) > 5_000_000
    assert convert(hostile.with_picture(content.getvalue())).code == 0


def _jpeg() -> bytes:
    content = io.BytesIO()
    Image.effect_noise((300, 300), 80).save(content, "JPEG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (hostile.png(50_000, 50_000, 10), "mer enn 50 millioner punkter"),
        (hostile.png(12_000, 12_000), "mer enn 50 millioner punkter"),
        (hostile.png(100, 100)[:60], "skadet bilde"),
        (_jpeg()[:2000], "skadet bilde"),
        (b"GIF89a" + bytes(30), "skadet bilde"),
        (b"", "skadet bilde"),
    ],
    ids=["lying", "bomb", "cut off", "cut off JPEG", "nothing in it", "empty"],
)
def test_a_picture_that_cannot_be_set_is_a_loss(convert: Callable[[bytes], Said], picture: bytes, said: str) -> None:
    """A bomb is told by what it says of itself, before it is unpacked."""
    assert f"{said} (document, avsnitt 2)" in convert(hostile.with_picture(picture)).err


@pytest.mark.parametrize("name", hostile.ENORMOUS)
def test_what_is_larger_than_any_agreement_is_refused_soon(convert: Callable[[bytes], Said], name: str) -> None:
    """The sentence says what is too much of, and it comes before anything is set."""
    said = convert(hostile.ENORMOUS[name]())
    assert said.code == 1
    assert any(word in said.err for word in ("større enn", "for mange nivåer", "et ord på mer enn"))


@pytest.mark.parametrize("wrapped", [hostile.TABLE, hostile.CONTROL], ids=["tables", "controls"])
def test_what_is_nested_as_people_nest_is_set(
    convert: Callable[[bytes], Said], shown: Callable[[], str], wrapped: tuple[str, str]
) -> None:
    """Ten levels are more than anybody means, and are no trouble."""
    assert convert(hostile.nested(10, *wrapped)).code == 0
    assert "innerst" in "".join(shown().split())  # in a cell of no width, its letters stand below each other


@pytest.mark.parametrize("depth", [30, 60, 80])
def test_what_is_nested_beyond_reason_ends(convert: Callable[[bytes], Said], depth: int) -> None:
    """As a PDF or as a sentence."""
    assert convert(hostile.nested(depth, *hostile.TABLE)).code in (0, 1)


def test_a_table_of_a_thousand_rows_is_set(convert: Callable[[bytes], Said], shown: Callable[[], str]) -> None:
    """Every row is there."""
    assert convert(hostile.rows(1000)).code == 0
    assert shown().count("1 234,50") == 1000


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (lambda: b"bare tekst", "alis/template.docx kan ikke brukes"),
        (lambda: hostile.bomb(60_000_000), "alis/template.docx kan ikke brukes"),
        (lambda: hostile.rows(10_000), "større enn"),
        (lambda: docx(paragraph("{{ ''.__class__.__mro__ }}")), "hente mer enn verdier: __mro__"),
        (lambda: docx(paragraph("{{ lege_navn | attr('__class__') }}")), "attr"),
        (lambda: docx(paragraph("{{ lege_navn * 10000000000 }}")), "hente mer enn verdier: *"),
        (lambda: docx(paragraph("{% for a in range(1000000000) %}{% endfor %}")), "range()"),
    ],
    ids=["text", "bomb", "rows", "class", "attr", "long", "endless"],
)
def test_a_template_that_is_bad_is_one_sentence_a_case(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: Callable[[], bytes], said: str
) -> None:
    """`generate` makes nothing and says why: another wording, or no template; `template check` names the tag."""
    (tmp_path / "alis").mkdir()
    (tmp_path / "alis" / "template.docx").write_bytes(template())
    monkeypatch.setenv("AVTALEFLYT_TEMPLATES", str(tmp_path))
    cases = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS])})
    made = run("generate", str(cases), "-o", str(tmp_path / "made"), "--json")
    checked = run("template", "check", str(tmp_path / "alis" / "template.docx"), "--json")
    assert (made.code, checked.code) == (1, 1)
    assert said in made.out or "avviker fra den offisielle ordlyden" in made.err
    assert said in made.out or said.split(": ")[-1] in checked.out
    assert not list((tmp_path / "made").glob("*.pdf"))


def test_a_place_that_cannot_be_written_to_is_one_sentence(run: Run, tmp_path: Path) -> None:
    """A folder that is a file, and a PDF in it."""
    (tmp_path / "fil.docx").write_bytes(docx(paragraph("x")))
    cases = write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table([ALIS])})
    for command in (
        ("generate", str(cases), "-o", str(tmp_path / "fil.docx")),
        ("convert", str(tmp_path / "fil.docx"), "-o", str(tmp_path / "fil.docx" / "fil.pdf")),
    ):
        said = run(*command)
        assert said.code == 2
        assert said.err.casefold().endswith("velg et annet sted.")
