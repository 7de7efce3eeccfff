"""How fast documents are made: `python -m benchmarks.documents [--count N] [--memory N]`.

The same invented ALIS agreements, from filled data to checked PDF/A-2a by one and by two warm processes; and, from the
same filled DOCX files to plain PDF, LibreOffice started once a document, LibreOffice over the whole batch, and mammoth
with WeasyPrint. `--memory N` instead makes N documents in one worker and prints its peak memory after 200 and at the
end. Needs LibreOffice and mammoth; what is not there is null.
"""

import argparse
import importlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from flows.documents.making import Document
from flows.documents.workers import Job, Pool
from flows.settings import load_settings


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=60)
    arguments.add_argument("--memory", type=int, default=0)
    chosen = arguments.parse_args()
    if chosen.memory:
        _memory(chosen.memory)
        return
    jobs = _jobs(chosen.count)
    rates: dict[str, float | None] = {}
    documents: list[Document] = []
    for processes in (1, 2):
        with Pool(processes) as pool:
            pool.make_all(_jobs(4 * processes))  # warm
            started = time.perf_counter()
            documents = [one for one in pool.make_all(jobs) if isinstance(one, Document)]
            rates[f"Avtaleflyt, {processes} process" + "es" * (processes - 1)] = len(documents) / (
                time.perf_counter() - started
            )
    with tempfile.TemporaryDirectory() as name:
        files = []
        for index, document in enumerate(documents):
            files.append(Path(name) / f"{index}.docx")
            files[-1].write_bytes(document.docx)
        rates["soffice, once a document"] = _rate(files[:10], _one_by_one)
        rates["soffice, once for all"] = _rate(files, _soffice)
        rates["mammoth and WeasyPrint"] = _mammoth(files)
    own = rates["Avtaleflyt, 2 processes"] or 0.0
    for what, rate in rates.items():
        print(f"{what:28} " + ("not installed" if rate is None else f"{rate:6.2f} documents a second"))

    def ratio(peer: str) -> float | None:
        rate = rates[peer]
        return round(own / rate, 2) if rate else None

    print(
        json.dumps(
            {
                "per_second": round(own, 2),
                "vs_soffice_each": ratio("soffice, once a document"),
                "vs_soffice_batch": ratio("soffice, once for all"),
                "vs_mammoth": ratio("mammoth and WeasyPrint"),
            }
        )
    )


def _jobs(count: int) -> list[Job]:
    template = load_settings().templates / "alis-avtale.docx"
    return [
        Job(
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
        for index in range(count)
    ]


def _rate(files: Sequence[Path], convert: Callable[[Sequence[Path]], object]) -> float | None:
    """Return documents a second, the peer's profile made beforehand; None where LibreOffice is not there."""
    if shutil.which("soffice") is None:
        return None
    _soffice(files[:1])
    started = time.perf_counter()
    convert(files)
    return len(files) / (time.perf_counter() - started)


def _one_by_one(files: Sequence[Path]) -> None:
    for file in files:
        _soffice([file])


def _soffice(files: Sequence[Path]) -> None:
    folder = files[0].parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=900)


def _mammoth(files: Sequence[Path]) -> float | None:
    try:
        mammoth = importlib.import_module("mammoth")
    except ImportError:
        return None
    weasyprint = importlib.import_module("weasyprint")
    started = time.perf_counter()
    for file in files[:20]:
        with file.open("rb") as source:
            weasyprint.HTML(string=mammoth.convert_to_html(source).value).write_pdf()
    return min(len(files), 20) / (time.perf_counter() - started)


def _memory(count: int) -> None:
    """Make documents in one worker, a chunk at a time, and print its peak memory in MiB."""
    with Pool(1) as pool:
        peaks = []
        for start in range(0, count, 50):
            pool.make_all(_jobs(min(50, count - start)))
            peaks.append(pool.peak_memory())
            print(f"{start + 50:6} documents: {peaks[-1]:.0f} MiB", flush=True)
    early = peaks[min(3, len(peaks) - 1)]
    print(
        json.dumps({"documents": count, "after_200": early, "peak": max(peaks), "ratio": round(max(peaks) / early, 3)})
    )


if __name__ == "__main__":
    main()
