"""The import of WeasyPrint: quick, and whole afterwards."""

import subprocess
import sys
from pathlib import Path

import pytest

TEMPLATE = Path(__file__).parents[2] / "flows" / "templates" / "alis" / "template.docx"

#: Counts the programs that are started, but for fontconfig's, loads WeasyPrint in one of the ways, and says which
#: modules are there.
PROBE = """
import subprocess, sys
started = []
real = subprocess.Popen
class Counted(real):
    def __init__(self, command, *rest, **options):
        started.append(command[0].rsplit("/", 1)[-1])
        super().__init__(command, *rest, **options)
subprocess.Popen = Counted
from flows.typesetting import convert, warm_up
{first}
loaded = [name for name in ("fontTools.subset", "fontTools.varLib") if name in sys.modules]
from weasyprint.pdf import fonts
from fontTools import subset
from fontTools.varLib import instancer
searches = [name for name in started if not name.startswith("fc-")]
whole = type(fonts.subset.Options()) is subset.Options, bool(fonts.pango), fonts.harfbuzz_subset is None
print(searches, loaded, *whole)
"""


@pytest.mark.parametrize("first", ["warm_up()", f"convert(open({str(TEMPLATE)!r}, 'rb').read())"])
def test_no_program_is_started_and_what_is_left_out_is_there_when_asked_for(first: str) -> None:
    """No compiler and no linker; the libraries are found, and the reducer of fonts is imported with its first use."""
    probe = PROBE.replace("{first}", first)
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[] [] True True False"
