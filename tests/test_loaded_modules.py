"""Each process loads what it needs: whatever it loads beside that is paid for at every start, on every machine."""

import subprocess
import sys

import pytest

from tests.conftest import PROJECT


@pytest.mark.parametrize(
    ("module", "needless"),
    [
        ("flows.archive.proof.judging_worker", {"sqlalchemy", "boto3", "obstore", "jinja2", "pypdf", "prefect"}),
        ("flows.documents.process_pool", {"sqlalchemy", "typer", "pyhanko", "prefect", "weasyprint"}),
        ("flows.application.season_run", {"pyhanko", "boto3", "weasyprint", "prefect", "typer"}),
        ("flows.application.collect", {"boto3", "docxtpl", "weasyprint", "prefect", "typer"}),
        ("flows.application.host_check", {"pyhanko", "boto3"}),
        ("flows.application.run_outcome", {"pyhanko", "docxtpl", "openpyxl"}),
        ("flows.cli", {"sqlalchemy", "pyhanko", "weasyprint", "prefect", "openpyxl"}),
    ],
)
def test_a_process_loads_nothing_that_it_does_without(module: str, needless: set[str]) -> None:
    """What is loaded with a module has none of the libraries that it does not use."""
    script = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert needless & {*loaded.stdout.split()} == set()
