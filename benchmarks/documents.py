"""How fast documents are made: `python -m benchmarks.documents [--count N] [--rounds N] [--memory N]`.

The same invented ALIS agreements, from filled data to checked PDF/A-2a by one and by two warm processes; and, from the
same filled DOCX files to plain PDF, LibreOffice started once a document, LibreOffice over the whole batch, and mammoth
with WeasyPrint. All take their turns in each round, so that a busy machine hits them alike; rates and ratios are the
medians of the rounds. Since a busy machine makes rates a lottery, the processor's time is counted too:
`cpu_vs_soffice_batch` is LibreOffice's a document in one batch over ours in one warm process. `--folder FOLDER` instead
converts the DOCX files of a folder in one new process of ours and in one batch of LibreOffice, and compares the
processor's time from start to end, children included. `--memory N` instead makes N documents in one worker at a time
and compares the peak memory after 200 with that of the largest worker of all. Needs LibreOffice and mammoth; what is
not there is null.
"""

import argparse
import importlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from statistics import median

from flows.documents.pipeline import Document
from flows.documents.process_pool import DocumentJob, ProcessPool
from flows.settings import load_settings

ONE = "Avtaleflyt, one process"
TWO = "Avtaleflyt, two processes"
EACH = "soffice, once a document"
BATCH = "soffice, once for all"
MAMMOTH = "mammoth and WeasyPrint"
#: Documents in a turn of those that need no warming up between them: a rate is the same for fewer.
FEW = 12


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=80, help="documents in a batch")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--memory", type=int, default=0, metavar="N", help="measure memory over N documents instead")
    arguments.add_argument("--folder", type=Path, help="compare the processor's time for its DOCX files instead")
    chosen = arguments.parse_args()
    if chosen.folder:
        _folder(chosen.folder, chosen.rounds)
        return
    if chosen.memory:
        _memory(chosen.memory)
        return
    with ExitStack() as stack:
        one, two = (stack.enter_context(ProcessPool(processes)) for processes in (1, 2))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        list(one.make_all(_jobs(FEW)))
        files = _files(two.make_all(_jobs(chosen.count)), folder)
        turns: dict[str, Callable[[], float]] = {
            ONE: lambda: _rate(FEW, lambda: list(one.make_all(_jobs(FEW)))),
            TWO: lambda: _rate(chosen.count, lambda: list(two.make_all(_jobs(chosen.count)))),
        }
        if shutil.which("soffice"):
            _soffice(files[:1])  # makes its profile
            turns[EACH] = lambda: _rate(FEW, lambda: _one_by_one(files[:FEW]))
            turns[BATCH] = lambda: _rate(len(files), lambda: _soffice(files))
        if convert := _mammoth():
            turns[MAMMOTH] = lambda: _rate(FEW, lambda: [convert(file) for file in files[:FEW]])
        rates = _rounds(turns, chosen.rounds)
        spent = _spent(files, chosen.rounds) if BATCH in turns else []
    for what in (ONE, TWO, EACH, BATCH, MAMMOTH):
        said = f"{median(rates[what]):6.2f} documents a second" if what in rates else "not installed"
        print(f"{what:28} {said}")
    print(
        json.dumps(
            {
                "per_second": round(median(rates[TWO]), 2),
                "vs_soffice_each": _ratio(rates, EACH),
                "vs_soffice_batch": _ratio(rates, BATCH),
                "vs_mammoth": _ratio(rates, MAMMOTH),
                "cpu_ms": round(median(own for own, _other in spent) * 1000, 1) if spent else None,
                "cpu_vs_soffice_batch": round(median(other / own for own, other in spent), 2) if spent else None,
            }
        )
    )


def _spent(files: Sequence[Path], rounds: int) -> list[tuple[float, float]]:
    """Return for each round the processor's seconds a document: of our warm process, and of LibreOffice's batch."""
    spent = []
    for number in range(1, rounds + 1):
        with ProcessPool(1) as pool:
            list(pool.make_all(_jobs(FEW)))
            before = pool.processor_time()
            list(pool.make_all(_jobs(len(files), FEW)))
            own = (pool.processor_time() - before) / len(files)
        other = _processor_time(lambda: _soffice(files)) / len(files)
        spent.append((own, other))
        print(
            f"round {number}: processor's time a document {own * 1000:6.1f} ms, soffice {other * 1000:6.1f} ms",
            flush=True,
        )
    return spent


def _processor_time(work: Callable[[], object]) -> float:
    """Return the processor's seconds of the child processes that a piece of work starts and awaits."""

    def so_far() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = so_far()
    work()
    return so_far() - before


_CONVERT = """
import sys
from pathlib import Path
from flows.errors import DocumentRefused
from flows.typesetting import convert
for path in sys.argv[1:]:
    try:
        convert(Path(path).read_bytes())
    except DocumentRefused as refusal:
        print(path, refusal, file=sys.stderr)
"""


def _folder(folder: Path, rounds: int) -> None:
    """Compare the processor's time for the documents of a folder, from start to end, and print it as one JSON line."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as place:
        files = [Path(shutil.copy(path, Path(place) / f"{index}.docx")) for index, path in enumerate(_found(folder))]
        _soffice(files[:1], every=False)  # makes its profile
        command = [sys.executable, "-c", _CONVERT, *map(str, files)]
        for number in range(1, rounds + 1):
            ours.append(_processor_time(lambda: subprocess.run(command, check=True)))
            theirs.append(_processor_time(lambda: _soffice(files, every=False)))
            print(f"round {number}: {ours[-1]:6.2f} s, soffice {theirs[-1]:6.2f} s", flush=True)
    ratio = median(other / own for own, other in zip(ours, theirs, strict=True))
    said = {"files": len(files), "cpu": median(ours), "soffice_cpu": median(theirs), "cpu_vs_soffice_batch": ratio}
    print(json.dumps({name: round(value, 2) for name, value in said.items()}))


def _found(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.docx") if not path.name.startswith("~"))


def _rounds(turns: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Return the documents a second of each in each round; every other round goes the other way."""
    rates: dict[str, list[float]] = {what: [] for what in turns}
    for number in range(rounds):
        for what in list(turns)[:: -1 if number % 2 else 1]:
            rates[what].append(turns[what]())
            print(f"round {number + 1}: {what:28} {rates[what][-1]:6.2f}", flush=True)
    return rates


def _ratio(rates: Mapping[str, Sequence[float]], peer: str) -> float | None:
    if peer not in rates:
        return None
    return round(median(own / other for own, other in zip(rates[TWO], rates[peer], strict=True)), 2)


def _rate(count: int, work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def _files(made: Iterable[object], folder: Path) -> list[Path]:
    """Write the filled DOCX files that the peers convert."""
    files = []
    for index, document in enumerate(made):
        if not isinstance(document, Document):
            raise SystemExit(f"A document of the benchmark was not made: {document}")
        files.append(folder / f"{index}.docx")
        files[-1].write_bytes(document.docx)
    return files


def _jobs(count: int, first: int = 0) -> list[DocumentJob]:
    template = load_settings().templates / "alis" / "template.docx"
    return [
        DocumentJob(
            str(index),
            template,
            {
                "kommune_navn": "Hábmera suohkan/Prøvøy kommune",
                "kommune_kontaktperson": f"Kontakt Prøvesen {index}",
                "lege_navn": f"Áilu Đorđe Prøvestad {index}",
                "lege_hpr_nummer": f"{index:09}",
                "arbeidssted": "Prøvøy legesenter",
                "stilling_tittel": "Lege i spesialisering",
                "oppstart_ny_ordning": date(2026, 3, 1),
                "forventet_avslutning": "02/2031",
                "veileder_navn": "Vár Veiledermo",
                "avtalt_praksiskompensasjon": "Praksiskompensasjon gis etter gjeldende satser.\nDen gjelder i to år.",
                "avtalt_laeringsaktiviteter": "Kurs og reiser dekkes etter regning.",
                "avtalt_lavere_produktivitet": "Ikke aktuelt: legen har fastlønn.",
                "avtalt_tilrettelegging": "Kontor og utstyr for 12 500,00 kr.",
                "avtalt_tilleggselementer": "Ingen særskilt avtale",
                "avtalt_kommunal_finansiering": "Kommunen dekker det som tilskuddet ikke dekker.",
                "sted_og_dato": "Prøvøy, 17. mars 2027",
                "signatar_kommune_navn": "Signe Underskriver",
                "signatar_kommune_tittel": "Kommunedirektør",
                "signatar_alis_navn": "Doktor Underlege",
                "signatar_alis_tittel": "Lege",
                "avtale_id": f"PRV-{index}",
                "avtale_versjon": "1",
            },
        )
        for index in range(first, first + count)
    ]


def _one_by_one(files: Sequence[Path]) -> None:
    for file in files:
        _soffice([file])


def _soffice(files: Sequence[Path], every: bool = True) -> None:
    """Convert files with one LibreOffice, and see that `every` PDF is there."""
    folder = files[0].parent
    wanted = [file.with_suffix(".pdf") for file in files]
    for pdf in wanted:
        pdf.unlink(missing_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    if every and not all(pdf.exists() for pdf in wanted):
        raise SystemExit("LibreOffice did not make every PDF.")


def _mammoth() -> Callable[[Path], bytes] | None:
    """Return the conversion by mammoth and WeasyPrint, warm; None where mammoth is not there."""
    try:
        mammoth = importlib.import_module("mammoth")
    except ImportError:
        return None
    weasyprint = importlib.import_module("weasyprint")

    def convert(file: Path) -> bytes:
        with file.open("rb") as source:
            pdf: bytes = weasyprint.HTML(string=mammoth.convert_to_html(source).value).write_pdf()
        return pdf

    return convert


def _memory(count: int) -> None:
    """Make documents in one worker at a time, and print the largest memory that one has had, in MiB."""
    peaks: dict[int, float] = {}
    with ProcessPool(1) as pool:
        for start in range(0, count, 50):
            list(pool.make_all(_jobs(min(50, count - start), start)))
            peaks[start + 50] = pool.peak_memory()
            print(f"{start + 50:6} documents: {peaks[start + 50]:.0f} MiB", flush=True)
    early = peaks.get(200, max(peaks.values()))
    said = {"documents": count, "after_200": early, "peak": max(peaks.values()), "ratio": max(peaks.values()) / early}
    print(json.dumps({name: round(value, 3) for name, value in said.items()}))


if __name__ == "__main__":
    main()
