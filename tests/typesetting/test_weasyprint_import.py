"""The import of WeasyPrint: quick, and whole afterwards."""

import subprocess
import sys

#: Counts the programs that are started, converts, and says which modules are there.
PROBE = """
import subprocess, sys
started = []
real = subprocess.Popen
class Counted(real):
    def __init__(self, command, *rest, **options):
        started.append(command[0].rsplit("/", 1)[-1])
        super().__init__(command, *rest, **options)
subprocess.Popen = Counted
from flows.typesetting import warm_up
warm_up()
loaded = [name for name in ("fontTools.subset", "fontTools.varLib") if name in sys.modules]
from weasyprint.pdf import fonts
from fontTools import subset
from fontTools.varLib import instancer
print(started, loaded, type(fonts.subset.Options()) is subset.Options, bool(fonts.pango), fonts.harfbuzz_subset is None)
"""


def test_no_program_is_started_and_what_is_left_out_is_there_when_asked_for() -> None:
    """No compiler and no linker; the libraries are found, and the reducer of fonts is imported with its first use."""
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[] [] True True False"
