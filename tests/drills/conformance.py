"""Judge everything that is made by veraPDF, before and after signing: `python -m tests.drills.conformance [FOLDER…]`.

Made are both official templates with texts of several lengths, the corpus of constructs, and the Word files below the
folders. Each is judged as PDF/A-2a and PDF/UA-1 as it is made, and with two signatures of the desk. A file that is
refused is counted and not judged. The last line is JSON; the exit code is 1 if there is a finding.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flows.documents import convert, fill, load_template
from flows.errors import AvtaleflytError
from flows.signing_desk.certificate_authority import open_authority
from tests.documents.test_signed import NOW, signed
from tests.judges.verapdf import verapdf
from tests.templates.filling import IDENTITY, VALUES, VERSION
from tests.templates.official import template_of
from tests.typesetting.corpus import corpus

_LENGTHS = (1, 10, 20, 30, 45)


def main() -> None:
    """Make, sign and judge all; print each finding, and one line of counts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = open_authority(folder / "authority", NOW)
        counts = {"files": 0, "refused": 0, "judged": 0, "findings": 0}
        for title, document in _documents([Path(one) for one in sys.argv[1:]]):
            counts["files"] += 1
            try:
                made = convert(document).content
            except AvtaleflytError:
                counts["refused"] += 1
                continue
            for state, content in (("made", made), ("signed", signed(made, authority))):
                file = folder / f"{state}.pdf"
                file.write_bytes(content)
                for flavour in ("2a", "ua1"):
                    (verdict,) = verapdf([file], flavour)
                    counts["judged"] += 1
                    if not verdict.valid:
                        counts["findings"] += 1
                        print(title, state, flavour, dict(verdict.failed))
        print(json.dumps(counts))
        sys.exit(bool(counts["findings"]))


def _documents(folders: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of Word files."""
    footer = {"malversjon": VERSION, "avtale_id": IDENTITY, "avtale_versjon": "1"}
    for length in _LENGTHS:
        text = "\n".join(f"Linje {number}" for number in range(length))
        changed: dict[str, dict[str, object]] = {
            "alis-avtale": {"oppstart_ny_ordning": date(2026, 3, 1), "avtalt_kommunal_finansiering": text},
            "tjenesteavtale6-alis": {"kommune_visningsnavn": f"Prøvøy {'og omegn ' * length}kommune"},
        }
        for name, values in changed.items():
            template = load_template(template_of(name))
            yield f"{name} {length}", fill(template, {**VALUES[name], **footer, **values})
    yield from corpus().items()
    for folder in folders:
        for path in sorted(folder.rglob("*.docx")):
            yield str(path), path.read_bytes()


if __name__ == "__main__":
    main()
