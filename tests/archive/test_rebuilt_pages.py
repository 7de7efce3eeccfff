"""What may differ between our pages and those that a provider rebuilt, one thing at a time, in PDFs written by hand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from flows.archive.proof.page_comparison import RebuiltPdf, added_pages, rebuilt_faults
from flows.archive.proof.profiles import RebuildProfile, profile_of
from flows.archive.proof.signer_names import reported_signers
from tests.archive.written_pdf import WrittenPage, written

KARI, OLA = "Kari Nordmann", "Ola Hansen"
AREA = {"page": 2, "left": 100.0, "bottom": 150.0, "right": 300.0, "top": 190.0}
SIGNERS: list[dict[str, Any]] = [
    {"name": KARI, "anchor": AREA},
    {"name": OLA, "anchor": {**AREA, "left": 350.0, "right": 550.0}},
]
FIRST = WrittenPage(
    lines=((72, 700, "Avtale om opplaering av leger"), (72, 400, "Kommunen veileder."), (72, 40, "Side 1"))
)
LAST = WrittenPage(
    lines=((72, 700, "Partene er enige."), (300, 500, "Bod")),
    drawing="0 0 0 rg 72 600 200 4 re f",
    image=b"\xff\x00\x00",
)
SENT = (FIRST, LAST)
ACCOUNT = WrittenPage(lines=((72, 700, f"Signert av {KARI}"), (72, 680, f"Signert av {OLA}")))
POSTENS = WrittenPage(lines=((72, 700, f"{KARI}, signert 01.12.2026 med BankID"), (72, 680, f"{OLA}, 01.12.2026")))
DRAWN = WrittenPage(drawing="0 0 0 rg 72 600 300 30 re f")
SEAL = "<< /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /FT /Sig /T (Segl) >>"


def faults(
    pages: Sequence[WrittenPage],
    provider: str = "docuseal",
    sent: Sequence[WrittenPage] = SENT,
    *,
    told: Sequence[str] = (KARI, OLA),
    evidence: Sequence[WrittenPage] = (),
    pictures: bool = True,
    catalog: str = "",
    sent_catalog: str = "",
) -> list[str]:
    """Return each reason's name, with the page where it has one."""
    rebuilding = profile_of(provider).rebuilding or RebuildProfile()
    pdf = RebuiltPdf(
        written(pages, catalog),
        written(sent, sent_catalog),
        SIGNERS,
        reported_signers(told),
        (),
        [written([one]) for one in evidence],
    )
    found = rebuilt_faults(rebuilding, pdf, pictures=pictures)
    return [one.why.name + str(one.details.get("page", "")) for one in found]


def with_lines(page: WrittenPage, *lines: tuple[float, float, str]) -> WrittenPage:
    """Return a page with more text."""
    return replace(page, lines=(*page.lines, *lines))


def shrunk(page: WrittenPage, scale: float = 0.9, left: float = 30.0, bottom: float = 80.0) -> WrittenPage:
    """Return a page made smaller, as Posten does it."""
    text = "".join(f"BT /F1 12 Tf {x} {y} Td ({line}) Tj ET\n" for x, y, line in page.lines)
    image = "q 20 0 0 20 300 300 cm /X1 Do Q" if page.image else ""
    return replace(
        page, lines=(), image=b"", drawing=f"q {scale} 0 0 {scale} {left} {bottom} cm {page.drawing}\n{text}{image} Q"
    )


@pytest.mark.parametrize(
    ("provider", "pages", "told"),
    [
        ("docuseal", [*SENT], (KARI, OLA)),
        ("docuseal", [*SENT, ACCOUNT], (KARI, OLA)),
        ("docuseal", [*SENT, ACCOUNT, WrittenPage(lines=((72, 700, "Sertifikat"),))], (OLA, KARI)),
        ("docuseal", [*SENT, ACCOUNT, *[WrittenPage(lines=((72, 700, "Sertifikat"),))] * 4], (KARI, OLA)),
        ("documenso", [*SENT, ACCOUNT], (KARI, OLA)),
        ("posten", [POSTENS, *SENT], ()),
        ("docuseal", [FIRST, with_lines(LAST, (104, 155, KARI), (354, 155, OLA))], (KARI, OLA)),
        ("docuseal", [FIRST, with_lines(LAST, (97, 147, "x"))], (KARI, OLA)),
        ("docuseal", [FIRST, replace(LAST, size=(596.4, 842))], (KARI, OLA)),
        ("docuseal", [FIRST, replace(LAST, drawing="0 0 0 rg 73 599 200 4 re f")], (KARI, OLA)),
        ("docuseal", [FIRST, replace(LAST, drawing=f"{LAST.drawing} 0.9 g 300 620 200 40 re f")], (KARI, OLA)),
        ("docuseal", [FIRST, replace(LAST, annotations=(SEAL,))], (KARI, OLA)),
        ("docuseal", [replace(FIRST, image=b"\xff\xff\xff"), LAST], (KARI, OLA)),
        ("posten", [POSTENS, with_lines(FIRST, (72, 20, f"Signert {KARI} 01.12.2026")), LAST], ()),
        ("posten", [POSTENS, with_lines(shrunk(FIRST), (72, 20, f"Signert {KARI} 01.12.2026")), LAST], ()),
    ],
)
def test_what_a_provider_does_is_no_fault(provider: str, pages: Sequence[WrittenPage], told: Sequence[str]) -> None:
    """Its account of who signed, stamps where they were asked for, its seal, and the small shifts of its producer."""
    assert faults(pages, provider, told=told) == []


@pytest.mark.parametrize(
    ("provider", "pages", "expected"),
    [
        ("docuseal", [FIRST], ["PAGES_MISSING"]),
        ("docuseal", [*SENT, *[ACCOUNT] * 6], ["STRANGE_PAGES"]),
        (
            "docuseal",
            [LAST, FIRST],
            ["ANOTHER_TEXT1", "OTHER_LOOK1", "ANOTHER_TEXT2", "OTHER_LOOK2", "OTHER_PICTURES2"],
        ),
        ("docuseal", [replace(FIRST, size=(597, 842)), LAST], ["OTHER_LOOK1"]),
        ("docuseal", [FIRST, with_lines(LAST, (72, 550, "ikke"))], ["BESIDE_TEXT2", "OTHER_LOOK2"]),
        ("docuseal", [FIRST, with_lines(LAST, (95, 160, "x"))], ["BESIDE_TEXT2", "OTHER_LOOK2"]),
        ("docuseal", [FIRST, with_lines(LAST, (310, 160, "x"))], ["BESIDE_TEXT2", "OTHER_LOOK2"]),
        ("docuseal", [FIRST, with_lines(LAST, (120, 145, "x"))], ["BESIDE_TEXT2", "OTHER_LOOK2"]),
        ("docuseal", [FIRST, with_lines(LAST, (120, 196, "."))], ["BESIDE_TEXT2", "OTHER_LOOK2"]),
        ("docuseal", [with_lines(FIRST, (104, 160, KARI)), LAST], ["BESIDE_TEXT1", "OTHER_LOOK1"]),
        ("docuseal", [with_lines(FIRST, (72, 20, KARI)), LAST], ["BESIDE_TEXT1", "OTHER_LOOK1"]),
        ("docuseal", [FIRST, replace(LAST, drawing="0 0 0 rg 72 595 200 4 re f")], ["OTHER_LOOK2"]),
        ("docuseal", [FIRST, replace(LAST, drawing="")], ["OTHER_LOOK2"]),
        ("docuseal", [FIRST, replace(LAST, drawing=f"{LAST.drawing} 0.8 g 300 620 200 40 re f")], ["OTHER_LOOK2"]),
        (
            "docuseal",
            [replace(FIRST, drawing="1 1 1 rg 0 0 595 842 re f 0 0 0 rg 60 380 200 40 re f"), LAST],
            ["OTHER_LOOK1"],
        ),
        ("docuseal", [shrunk(FIRST), LAST], ["OTHER_LOOK1"]),
        ("docuseal", [FIRST, replace(LAST, image=b"\xf8\x00\x00")], ["OTHER_PICTURES2"]),
        ("docuseal", [FIRST, replace(LAST, image=b"")], ["OTHER_LOOK2", "OTHER_PICTURES2"]),
        ("docuseal", [FIRST, replace(LAST, annotations=("<< /Subtype /Link /Rect [0 0 9 9] >>",))], ["BESIDE_TEXT2"]),
        ("docuseal", [FIRST, replace(LAST, annotations=(SEAL.replace("/Sig", "/Tx"),))], ["BESIDE_TEXT2"]),
        (
            "docuseal",
            [FIRST, replace(LAST, annotations=(SEAL.replace("/T ", "/A << /S /URI >> /T "),))],
            ["BESIDE_TEXT2"],
        ),
        ("docuseal", [FIRST, replace(LAST, annotations=(SEAL.replace("/T ", "/AA << >> /T "),))], ["BESIDE_TEXT2"]),
        ("docuseal", [*SENT, WrittenPage(lines=((72, 700, "Tillegg: ugyldig"),))], ["STRANGE_PAGES"]),
        ("docuseal", [*SENT, DRAWN], ["STRANGE_PAGES"]),
        ("docuseal", [*SENT, WrittenPage()], ["STRANGE_PAGES"]),
        ("docuseal", [*SENT, ACCOUNT, DRAWN], ["STRANGE_PAGES"]),
        ("documenso", [*SENT, DRAWN], ["STRANGE_PAGES"]),
        ("documenso", [*SENT, ACCOUNT, DRAWN], ["STRANGE_PAGES"]),
        ("docuseal", [*SENT, WrittenPage(lines=((72, 700, f"Signert av {KARI}"),))], ["SIGNERS_UNNAMED"]),
        ("posten", [*SENT], ["SIGNERS_UNNAMED"]),
        ("posten", [WrittenPage(lines=POSTENS.lines[:1]), *SENT], ["SIGNERS_UNNAMED"]),
        ("posten", [POSTENS, with_lines(FIRST, (72, 20, "Avtalen er ugyldig")), LAST], ["BESIDE_TEXT1"]),
        ("posten", [POSTENS, with_lines(FIRST, (72, 90, KARI)), LAST], ["BESIDE_TEXT1", "OTHER_LOOK1"]),
        ("posten", [POSTENS, replace(FIRST, drawing="0 0 0 rg 72 84 50 8 re f"), LAST], ["OTHER_LOOK1"]),
        ("posten", [POSTENS, shrunk(FIRST, scale=0.7), LAST], ["OTHER_LOOK1"]),
    ],
)
def test_whatever_else_differs_is_a_fault(provider: str, pages: Sequence[WrittenPage], expected: Sequence[str]) -> None:
    """Each thing by itself, with the page it is on."""
    told = () if provider == "posten" else (KARI, OLA)
    assert faults(pages, provider, told=told) == list(expected)


def test_what_of_ours_is_gone_at_the_foot_is_a_fault() -> None:
    """Posten prints at the foot; it may take nothing away there."""
    line = replace(FIRST, drawing="0 0 0 rg 72 60 200 4 re f")
    assert faults([POSTENS, line, LAST], "posten", (line, LAST), told=()) == []
    assert faults([POSTENS, FIRST, LAST], "posten", (line, LAST), told=()) == ["OTHER_LOOK1"]


def test_letters_that_do_not_keep_together_are_a_fault() -> None:
    """The same letters in the same order, with a line elsewhere."""
    apart = replace(FIRST, lines=(*FIRST.lines[:1], (72, 390, FIRST.lines[1][2]), *FIRST.lines[2:]))
    assert faults([apart, LAST]) == ["OTHER_LOOK1"]
    assert faults([POSTENS, apart, LAST], "posten", told=()) == ["OTHER_LOOK1"]


def test_drawn_pages_are_the_evidence_beside_the_file() -> None:
    """Documenso draws its certificate: it must look like the one that Documenso gives beside the file."""
    other = replace(DRAWN, drawing="0 0 0 rg 72 300 300 30 re f")
    assert faults([*SENT, DRAWN], "documenso", evidence=[other, DRAWN]) == []
    assert faults([*SENT, DRAWN], "documenso", evidence=[other]) == ["STRANGE_PAGES"]
    assert faults([*SENT, DRAWN, other], "documenso", evidence=[DRAWN]) == ["STRANGE_PAGES"]
    assert faults([*SENT, DRAWN], "documenso", evidence=[replace(DRAWN, size=(500, 842))]) == ["STRANGE_PAGES"]
    assert faults([*SENT, DRAWN], "docuseal", evidence=[DRAWN]) == ["STRANGE_PAGES"]


def test_evidence_that_cannot_be_read_is_passed_over() -> None:
    """What is no PDF, or has a page without a size, is no evidence; the next one may be."""
    rebuilding = profile_of("documenso").rebuilding or RebuildProfile()
    bad = (b"no pdf", written([replace(DRAWN, size=(0, 0))]))
    for evidence, expected in (((*bad, written([DRAWN])), []), (bad, ["STRANGE_PAGES"])):
        pdf = RebuiltPdf(written([*SENT, DRAWN]), written(SENT), SIGNERS, reported_signers((KARI, OLA)), (), evidence)
        assert [one.why.name for one in rebuilt_faults(rebuilding, pdf)] == expected


def test_without_pictures_letters_alone_are_compared() -> None:
    """What is drawn is not looked at; what is written is."""
    assert faults([FIRST, replace(LAST, drawing="")], pictures=False) == []
    assert faults([*SENT, DRAWN], "documenso", pictures=False) == []
    assert faults([FIRST, with_lines(LAST, (72, 550, "ikke"))], pictures=False) == ["BESIDE_TEXT2"]


def test_those_who_the_provider_names_must_be_those_who_should_sign() -> None:
    """Where no page names the signers, the provider's answer does."""
    assert faults([*SENT], told=(KARI,)) == ["SIGNERS_TOLD"]
    assert faults([*SENT], told=(KARI, "En Annen")) == ["SIGNERS_TOLD"]
    assert faults([*SENT], told=(KARI, OLA, OLA)) == ["SIGNERS_TOLD"]
    assert faults([*SENT, ACCOUNT], told=()) == ["SIGNERS_TOLD"]


def test_layers_are_a_fault_unless_they_were_sent() -> None:
    """What can be switched on and off is not seen in one picture."""
    layers = "/OCProperties << /OCGs [] /D << >> >>"
    assert faults([*SENT], catalog=layers) == ["ACTIVE"]
    assert faults([*SENT], catalog=layers, sent_catalog=layers) == []


def test_links_of_ours_may_stay_and_lead_nowhere_else() -> None:
    """A link with its address is compared, a signature field of a parent is not."""
    link = "<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://kommune.example/{}) >> >>"
    sent = (FIRST, replace(LAST, annotations=(link.format("a"),)))
    assert faults(sent, sent=sent) == []
    assert faults([FIRST, replace(LAST, annotations=(link.format("b"),))], sent=sent) == ["BESIDE_TEXT2"]
    widget = "<< /Subtype /Widget /Rect [0 0 0 0] /Parent << /FT /Sig /T (Segl) >> >>"
    assert faults([FIRST, replace(LAST, annotations=(widget,))]) == []


@pytest.mark.parametrize("size", [(2001.0, 842.0), (595.0, 2001.0)])
def test_a_page_larger_than_paper_is_not_compared(size: tuple[float, float]) -> None:
    """Rendering it could take all memory."""
    pages = [replace(FIRST, size=size), LAST]
    assert faults(pages, sent=pages) == ["OTHER_LOOK1"]
    largest = [replace(FIRST, size=(595.0, 2000.0)), LAST]
    assert faults(largest, sent=largest) == []


@pytest.mark.parametrize("size", [(0.5, 842.0), (595.0, 0.5)])
def test_a_page_without_a_size_cannot_be_compared(size: tuple[float, float]) -> None:
    """It is said so, whichever of the two it is."""
    small = [replace(FIRST, size=size), LAST]
    for signed, sent in ((small, SENT), (SENT, small)):
        with pytest.raises(ValueError, match="size"):
            faults(signed, sent=sent)


@pytest.mark.parametrize(
    ("provider", "signed", "expected"),
    [
        ("posten", 3, (1,)),
        ("posten", 4, (1, 2)),
        ("documenso", 3, (3,)),
        ("documenso", 9, (3, 4, 5, 6, 7)),
        ("posten", 9, (1, 2, 3, 4, 5)),
        ("posten", 2, ()),
        ("documenso", 1, ()),
    ],
)
def test_pages_of_the_provider_are_known_by_number(provider: str, signed: int, expected: tuple[int, ...]) -> None:
    """Two pages were sent."""
    rebuilding = profile_of(provider).rebuilding or RebuildProfile()
    assert added_pages(rebuilding, written([FIRST] * signed), written(SENT)) == expected
