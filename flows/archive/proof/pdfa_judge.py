"""Ask veraPDF, where it is installed, whether a PDF is the PDF/A that it claims to be."""

import subprocess
import tempfile
from pathlib import Path

from flows.archive.pronom_formats import VALID

INVALID, NOT_JUDGED = "invalid", "not_judged"
_SECONDS = 120


def pdfa_verdict(command: str, pdf: bytes, claim: str) -> str:
    """Return what veraPDF says of a claim («3B»): `valid`, `invalid`, or `not_judged` where it said nothing.

    `command` is veraPDF's program, empty where there is none.
    """
    if not command or not claim:
        return NOT_JUDGED
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "avtale.pdf"
        path.write_bytes(pdf)
        arguments = [command, "--flavour", claim.lower(), "--format", "text", str(path)]
        try:
            done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=_SECONDS)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            return NOT_JUDGED
    word = done.stdout.partition(" ")[0].strip()
    return {"PASS": VALID, "FAIL": INVALID}.get(word, NOT_JUDGED)
