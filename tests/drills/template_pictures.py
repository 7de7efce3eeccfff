"""Make every template in both languages, judge each by veraPDF, and put the pages side by side as pictures.

`python -m tests.drills.template_pictures [FOLDER]` writes `NAME.png` (bokmål above, nynorsk below) and the PDF files
into a folder (`output/templates`). Each document is judged as PDF/A-2a and PDF/UA-1. The last line is JSON; the exit
code is 1 if there is a finding, or a template of which no document was made.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from PIL import Image

from flows.agreements.amendments import FOLDER, amendment_context
from flows.agreements.types import types
from flows.application.document_sources import agreement_source, amendment_template
from flows.documents import load_template, make
from flows.intake.example_case import example_case
from flows.settings import Settings, shipped_folder
from tests.judges.verapdf import verapdf

_DAY = date(2026, 12, 1)
_LANGUAGES = ("nb", "nn")
_DOTS = 60


def main(folder: Path) -> int:
    """Make, judge and picture all; print each finding, and one line of counts."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {"documents": 0, "templates": len(list(shipped_folder("templates").glob("*/template*.docx")))}
    counts |= {"pages": 0, "judged": 0, "findings": 0}
    made: dict[str, list[Path]] = {}
    for name, language, template, values in _documents():
        loaded = load_template(template)
        document = make(loaded, {**values, "malversjon": loaded.version, "avtale_id": "0" * 8, "avtale_versjon": "1"})
        path = folder / f"{name}.{language}.pdf"
        path.write_bytes(document.pdf)
        made.setdefault(name, []).append(path)
        counts["documents"] += 1
        counts["pages"] += document.pages
        for flavour in ("2a", "ua1"):
            (verdict,) = verapdf([path], flavour)
            counts["judged"] += 1
            if not verdict.valid:
                counts["findings"] += 1
                print(path.name, flavour, dict(verdict.failed))
    for name, paths in made.items():
        _side_by_side(paths, folder / f"{name}.png")
    print(json.dumps(counts))
    return int(bool(counts["findings"]) or counts["documents"] < counts["templates"])


def _documents() -> Iterator[tuple[str, str, Path, Mapping[str, object]]]:
    """Yield name, language, template and values of each document: one of every template."""
    settings = Settings(_env_file=None)
    for name, kind in types().items():
        case = example_case(kind, _DAY).case
        assert case is not None
        for language in _LANGUAGES:
            source = agreement_source(settings, kind, case, language)
            if source.language == language:
                yield name, language, source.template, source.values
    kind = types()["alis"]
    before = example_case(kind, _DAY).case
    assert before is not None
    changed = {"avtalt_laeringsaktiviteter": "40 000 kr", "avtale_gjelder_til": date(2030, 6, 30)}
    for language in _LANGUAGES:
        values = amendment_context(
            kind, before, before.model_copy(update=changed), amends="0" * 8, signed_on=_DAY, number=1,
            first_day=date(2027, 6, 1), language=language,
        )  # fmt: skip
        yield FOLDER, language, amendment_template(settings.templates, language)[0], values


def _side_by_side(paths: list[Path], target: Path) -> None:
    """Write the pages of each document in a row, one document below the other."""
    rows = []
    for path in paths:
        subprocess.run(["pdftoppm", "-r", str(_DOTS), "-png", path, path.with_suffix("")], check=True)
        pictures = sorted(path.parent.glob(f"{path.stem}-*.png"))
        rows.append([Image.open(one).convert("RGB") for one in pictures])
        for one in pictures:
            one.unlink()
    width, height = rows[0][0].size
    whole = Image.new("RGB", (width * max(map(len, rows)), height * len(rows)), "grey")
    for line, row in enumerate(rows):
        for place, picture in enumerate(row):
            whole.paste(picture, (place * width, line * height))
    whole.save(target)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "output/templates")))
