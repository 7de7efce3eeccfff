"""PDF files that are written by hand, object by object, for tests of what may stand in them."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


def revision(before: bytes, objects: Mapping[int, str], freed: Sequence[int] = (), root: int = 1) -> bytes:
    """Return a PDF with a further revision that writes these objects and frees these."""
    output = bytearray(before or b"%PDF-1.7\n")
    rows = {0: "0000000000 65535 f \n"} | dict.fromkeys(freed, "0000000000 00001 f \n")
    for number, text in objects.items():
        rows[number] = f"{len(output):010} 00000 n \n"
        output += f"{number} 0 obj {text} endobj\n".encode("latin-1")
    start = len(output)
    output += b"xref\n" + "".join(f"{number} 1\n{row}" for number, row in sorted(rows.items())).encode()
    previous = f"/Prev {before.rpartition(b'startxref')[2].split()[0].decode()} " if before else ""
    size = max(60, *rows) + 1
    output += f"trailer << /Size {size} /Root {root} 0 R /Info 11 0 R {previous}>>\n".encode()
    output += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(output)


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page of `size` points: lines of text as (left, bottom, text), drawing operators, annotations, an RGB image."""

    lines: tuple[tuple[float, float, str], ...] = ()
    drawing: str = ""
    annotations: tuple[str, ...] = ()
    image: bytes = b""
    size: tuple[float, float] = (595.0, 842.0)


def written(pages: Sequence[WrittenPage], catalog: str = "") -> bytes:
    """Return a PDF of these pages; the image is one pixel of 20 by 20 points at (300, 300)."""
    objects = {11: "<< /Producer (Avtaleflyt) >>", 12: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
    kids = []
    for number, page in enumerate(pages):
        place = 100 + 10 * number
        kids.append(f"{place} 0 R")
        text = "".join(f"BT /F1 12 Tf {left} {bottom} Td ({line}) Tj ET\n" for left, bottom, line in page.lines)
        shown = "q 20 0 0 20 300 300 cm /X1 Do Q\n" if page.image else ""
        content = f"q {page.drawing} Q\n{text}{shown}"
        images = f"/XObject << /X1 {place + 2} 0 R >>" if page.image else ""
        objects[place] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.size[0]} {page.size[1]}] /Contents {place + 1} 0 R "
            f"/Resources << /Font << /F1 12 0 R >> {images} >> "
            f"/Annots [{' '.join(page.annotations)}] >>"
        )
        objects[place + 1] = f"<< /Length {len(content)} >> stream\n{content}\nendstream"
        pixel = zlib.compress(page.image).decode("latin-1")
        objects[place + 2] = (
            "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
            f"/Filter /FlateDecode /Length {len(pixel)} >> stream\n{pixel}\nendstream"
        )
    objects[1] = f"<< /Type /Catalog /Pages 2 0 R {catalog} >>"
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return revision(b"", objects)
