"""What is done to signed PDFs in the drill: by who breaks files, forges them, or holds a key that others trust."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from pyhanko.pdf_utils import generic as _generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader, PdfWriter
from weasyprint import HTML

from flows.archive.proof.signer_names import ReportedSigner
from tests.archive.signed_agreements import authority
from tests.drills.signed_pdf_scenes import AT, HOLDERS, Scene, Stage, account, document, with_stamps
from tests.signing.provider_seals import sealed

generic: Any = _generic  # it ships half of its types
Mutation = Callable[[Stage, Scene, Random], Scene]


def flipped(_stage: Stage, scene: Scene, random: Random) -> Scene:
    """Change some bytes."""
    content = bytearray(scene.signed)
    for _each in range(random.randint(1, 6)):
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    return scene.changed("flipped", signed=bytes(content))


def cut(_stage: Stage, scene: Scene, random: Random) -> Scene:
    """Take a piece out, mostly the end."""
    start = random.randrange(len(scene.signed))
    end = len(scene.signed) if random.random() < 0.5 else min(len(scene.signed), start + random.randint(1, 3000))
    return scene.changed("cut", signed=scene.signed[:start] + scene.signed[end:])


def doubled(_stage: Stage, scene: Scene, random: Random) -> Scene:
    """Put a piece in twice, or something behind the end."""
    start = random.randrange(len(scene.signed))
    piece = scene.signed[start : start + random.randint(1, 4000)]
    place = len(scene.signed) if random.random() < 0.3 else random.randrange(len(scene.signed))
    return scene.changed("doubled", signed=scene.signed[:place] + piece + scene.signed[place:])


def _updated(pdf: bytes, random: Random) -> bytes:
    """Return the PDF with an incremental update that shows something else."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    page = writer.find_page_for_modification(random.randrange(int(writer.root["/Pages"]["/Count"])))[0].get_object()
    match random.randrange(4):
        case 0:
            drawn = b"q 1 1 1 rg %d %d 200 40 re f Q" % (random.randint(20, 300), random.randint(20, 700))
            _draw(writer, page, drawn)
        case 1:
            _draw(writer, page, b"q 0 0 0 rg %d %d 150 2 re f Q" % (random.randint(20, 400), random.randint(20, 800)))
        case 2:
            rect = generic.ArrayObject(map(generic.NumberObject, (60, 500, 300, 560)))
            note = {pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText")}
            note |= {pdf_name("/Rect"): rect, pdf_name("/Contents"): generic.pdf_string("Gjelder ikke")}
            page["/Annots"] = generic.ArrayObject([writer.add_object(generic.DictionaryObject(note))])
        case _:
            page["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 400, 500)))
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _draw(writer: Any, page: Any, content: bytes) -> None:
    stream = writer.add_object(generic.StreamObject(stream_data=content))
    before = page.raw_get("/Contents")
    kept = list(before) if isinstance(before, generic.ArrayObject) else [before]
    page["/Contents"] = generic.ArrayObject([*kept, stream])


def changed_after(_stage: Stage, scene: Scene, random: Random) -> Scene:
    """Show something else in an update behind the last signature."""
    return scene.changed("changed_after", signed=_updated(scene.signed, random))


def changed_before(stage: Stage, scene: Scene, random: Random) -> Scene:
    """Show something else, and have that signed or sealed by those who may."""
    source = _updated(scene.sent, random)
    return stage.signed(scene.provider, scene.sent, scene.signers, source).changed("changed_before")


def drawn_over(stage: Stage, scene: Scene, random: Random) -> Scene:
    """Draw over, under or beside the text, in a new file, and have that signed or sealed."""
    content = random.choice(_OVERLAYS)
    over = random.random() < 0.8 or "fff" not in content
    source = _overlaid(scene.sent, content, over)
    return stage.signed(scene.provider, scene.sent, scene.signers, source).changed("drawn_over")


_OVERLAYS = (
    "<div style='position:absolute;left:20mm;top:25mm;width:60mm;height:10mm;background:#fff'></div>",
    "<div style='position:absolute;left:25mm;top:60mm;font:9pt sans-serif'>ikke</div>",
    "<div style='position:absolute;left:25mm;top:150mm;font:9pt sans-serif;color:#fff'>Avtalen gjelder ikke</div>",
    "<div style='position:absolute;left:25mm;top:150mm;font:9pt sans-serif;color:#eee'>Avtalen gjelder ikke</div>",
    "<div style='position:absolute;left:20mm;top:38mm;width:80mm;height:0.4mm;background:#000'></div>",
    "<div style='position:absolute;left:150mm;top:285mm;font:5pt sans-serif'>Med forbehold</div>",
    "<div style='position:absolute;left:100mm;top:200mm;width:8mm;height:8mm;background:#d33'></div>",
)


def _overlaid(pdf: bytes, content: str, over: bool) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for page in writer.pages:
        page.merge_page(_sheet(content), over=over)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@cache
def _sheet(content: str) -> Any:
    html = f"<style>@page{{size:A4;margin:0}}body{{margin:0}}</style>{content}"
    return PdfReader(io.BytesIO(bytes(HTML(string=html).write_pdf()))).pages[0]


def another_document(stage: Stage, scene: Scene, random: Random) -> Scene:
    """Sign or seal another agreement than the one that was sent."""
    other = document(random.choice([number for number in range(8) if document(number) != scene.sent]))
    return stage.signed(scene.provider, scene.sent, scene.signers, other).changed("another_document")


def other_pages(stage: Stage, scene: Scene, random: Random) -> Scene:
    """Add, repeat, turn or drop a page of ours."""
    writer = PdfWriter(clone_from=io.BytesIO(scene.sent))
    match random.randrange(3):
        case 0:
            sheet = _sheet("<p style='margin:30mm'>Tillegg: Partene er enige om at punkt 4 ikke gjelder.</p>")
            writer.insert_page(sheet, random.randrange(len(writer.pages) + 1))
        case 1:
            writer.add_page(writer.pages[0])
        case _:
            writer.pages[0].rotate(random.choice([90, 180, 270]))
    output = io.BytesIO()
    writer.write(output)
    return stage.signed(scene.provider, scene.sent, scene.signers, output.getvalue()).changed("other_pages")


def false_account(stage: Stage, scene: Scene, random: Random) -> Scene:
    """Print on the provider's page something that it does not say; at the desk, sign with a longer name."""
    first = str(scene.signers[0]["name"])
    if scene.provider == "desk":
        signers = [{**scene.signers[0], "name": f"{first}sen"}, *scene.signers[1:]]
        return scene.changed("false_account", signed=stage.by_desk(scene.sent, signers))
    lines = random.choice(
        (
            [*account(scene.signers), "Tillegg: Avtalen gjelder ikke."],
            ["Partene er enige om noe annet.", *account(scene.signers)],
            [f"Signert av {first}sen", *account(scene.signers)[1:]],
            [*account(scene.signers), "Signert av En Annen"],
        )
    )
    return _resealed(scene, lines, HOLDERS[scene.provider]).changed("false_account")


def _resealed(scene: Scene, lines: list[str], holder: str) -> Scene:
    source = scene.sent if scene.provider == "posten" else with_stamps(scene.sent, scene.signers)
    return replace(scene, signed=sealed(source, lines, holder, AT, first=scene.provider == "posten"))


def another_authority(stage: Stage, scene: Scene, random: Random) -> Scene:
    """Let somebody sign or seal who is trusted elsewhere, as the desk is, or nowhere."""
    if scene.provider == "posten" and random.random() < 0.5:
        return _resealed(scene, account(scene.signers), "Posten Bring & Sønner").changed("another_authority")
    signed = scene.sent
    for number, one in enumerate(scene.signers, start=1):
        signed = authority().sign(signed, str(one["name"]), f"Signatur{number}")
    if scene.provider != "desk" and random.random() < 0.7:
        signed = stage.by_desk(with_stamps(scene.sent, scene.signers), scene.signers)
    return scene.changed("another_authority", signed=signed)


def another_signer(stage: Stage, scene: Scene, random: Random) -> Scene:
    """Let somebody else sign, by name or from another mailbox, or one of the two twice."""
    names = [str(one["name"]) for one in scene.signers]
    if scene.reported and random.random() < 0.5:
        reported = list(scene.reported)
        reported[0] = ReportedSigner(reported[0].name, "en.annen@eksempel.no")
        return scene.changed("another_signer", reported=tuple(reported))
    others = random.choice([[names[0], "Berit Ukjent"], ["Anne", names[1]], [f"{names[0]} Hansen", names[1]]])
    signers = [{**one, "name": name} for one, name in zip(scene.signers, others, strict=True)]
    changed = stage.signed(scene.provider, scene.sent, signers)
    return changed.changed("another_signer", signers=scene.signers)


def another_time(stage: Stage, scene: Scene, random: Random) -> Scene:
    """Claim to have signed before it was asked for, or after the file came."""
    by: Mapping[str, Any] = random.choice(
        (
            {"requested_at": AT + timedelta(days=1), "arrived_at": AT + timedelta(days=2)},
            {"requested_at": AT - timedelta(days=2), "arrived_at": AT - timedelta(days=1)},
        )
    )
    return scene.changed("another_time", **by)


MUTATIONS: tuple[Mutation, ...] = (
    flipped,
    cut,
    doubled,
    changed_after,
    changed_before,
    drawn_over,
    another_document,
    other_pages,
    false_account,
    another_authority,
    another_signer,
    another_time,
)
