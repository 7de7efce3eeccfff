"""Whether documents stay archivable and accessible: `python -m benchmarks.validity`.

Makes both agreements and every document of the own corpus, lets veraPDF judge each as PDF/A-2a and PDF/UA-1, signs each
twice as the signing desk does (on the signers' lines where there are any, or one out of sight and one at the foot
of the first page), and lets veraPDF judge again. Prints every broken rule and ends with one JSON line. Needs Java and
Maven.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from flows.documents import convert, load_template, make, signature_places
from flows.settings import shipped_folder
from flows.signing_desk.certificate_authority import Authority, Identity, open_authority
from flows.signing_desk.pades_signing import append_signature
from flows.signing_desk.signature_fields import Field
from flows.signing_desk.signature_positions import Anchor
from tests.documents.test_pipeline import ALIS, TJENESTEAVTALE
from tests.judges.verapdf import verapdf
from tests.typesetting.corpus import corpus

_AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
_FLAVOURS: tuple[Literal["2a", "ua1"], ...] = ("2a", "ua1")


def main() -> None:
    """Make, judge, sign and judge again; print what is broken, and end with one JSON line."""
    documents = {
        "alis-avtale": make(load_template(shipped_folder("templates") / "alis" / "template.docx"), ALIS).pdf,
        "tjenesteavtale6-alis": make(
            load_template(shipped_folder("templates") / "tjenesteavtale6" / "template.docx"), TJENESTEAVTALE
        ).pdf,
        **{name: convert(content).content for name, content in corpus().items()},
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = open_authority(folder / "authority", _AT)
        identities = [authority.certify(f"Prøve Prøvesen {order}", _AT, _AT) for order in (1, 2)]
        signed = {name: _signed(pdf, identities, authority) for name, pdf in documents.items()}
        before, after = _judged(folder / "before", documents), _judged(folder / "after", signed)
    print(
        json.dumps(
            {
                "documents": len(documents),
                **{f"valid_{_short(flavour)}_before": before[flavour] for flavour in _FLAVOURS},
                **{f"valid_{_short(flavour)}_after": after[flavour] for flavour in _FLAVOURS},
                "failures": sum(2 * len(documents) - sum(judged.values()) for judged in (before, after)),
            }
        )
    )


def _short(flavour: str) -> str:
    return {"ua1": "ua"}.get(flavour, flavour)


def _signed(pdf: bytes, identities: Sequence[Identity], authority: Authority) -> bytes:
    """Return a PDF with two signatures: on their lines, or the first out of sight and the second at the page's foot."""
    places = signature_places(pdf)
    anchors: list[Anchor | None] = [
        Anchor(place.page, place.left, place.bottom, place.right, place.top) for place in places.values()
    ] or [None, Anchor(1, 60, 60, 250, 98)]
    fields = [Field(f"Signatur{order}", f"Prøve Prøvesen {order}", one) for order, one in enumerate(anchors, start=1)]
    for order, (anchor, identity) in enumerate(zip(anchors, identities, strict=True), start=1):
        pdf += append_signature(
            pdf,
            field=f"Signatur{order}",
            name=f"Prøve Prøvesen {order}",
            at=_AT,
            anchor=anchor,
            identity=identity,
            authority=authority,
            fields=fields,
        )
    return pdf


def _judged(folder: Path, documents: Mapping[str, bytes]) -> Mapping[str, int]:
    """Return how many documents are valid by flavour, and print the rules that the others break."""
    folder.mkdir()
    files = []
    for name, pdf in documents.items():
        files.append(folder / f"{name}.pdf")
        files[-1].write_bytes(pdf)
    valid: Counter[str] = Counter()
    for flavour in _FLAVOURS:
        for verdict in verapdf(files, flavour):
            valid[flavour] += verdict.valid
            for rule, said in verdict.failed.items():
                print(f"{folder.name} {flavour} {verdict.file.stem}: {rule} {said[:200]}")
    return valid


if __name__ == "__main__":
    main()
