"""The files of the installation that agreements look things up in, read before anything knows the other settings."""

import os
from functools import lru_cache
from pathlib import Path

from pydantic_settings import BaseSettings

from flows.settings import SOURCES, shipped_folder


class _LocalFiles(BaseSettings):
    model_config = SOURCES
    output: Path = Path("output")
    templates: Path = shipped_folder("templates")
    agreement_types: Path | None = None
    enterprises: Path | None = None
    rates: Path | None = None


def _files() -> _LocalFiles:
    """Return the settings, read anew when the environment or the working directory with its `.env` is another one."""
    return _read(tuple(os.environ.get(f"AVTALEFLYT_{name.upper()}") for name in _LocalFiles.model_fields), Path.cwd())


@lru_cache(maxsize=8)
def _read(_stated: tuple[str | None, ...], _folder: Path) -> _LocalFiles:
    return _LocalFiles()


def further_agreement_types() -> Path | None:
    """Return the folder of further agreement types that the settings name, or None."""
    return _files().agreement_types


def templates_folder() -> Path:
    """Return the folder of templates that the settings name."""
    return _files().templates


def enterprises_file() -> Path | None:
    """Return the local copy of Enhetsregisteret that the settings name, or None."""
    return _files().enterprises


def rates_file() -> Path | None:
    """Return the file of grant rates that the settings name, or None."""
    return _files().rates


def output_folder() -> Path:
    """Return the folder that the settings name for what a run writes."""
    return _files().output
