"""Copy the documents to where their site is built from, with the pictures that there are. Run by `make docs`."""

import shutil
from pathlib import Path

from flows.web.workplace.guides import PICTURES, with_pictures

_PROJECT = Path(__file__).resolve().parents[1]
SOURCE = "build/documents"
"""Where the copy lies below the project, as `.mkdocs.yml` has it."""


def prepare_site(root: Path, pictures: Path = PICTURES) -> Path:
    """Copy `docs/` to `SOURCE` below a folder, replacing an earlier copy; return the copy."""
    target = root / SOURCE
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(_PROJECT / "docs", target, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.unfinished"))
    for guide in (target / "guides").glob("*.md"):
        guide.write_text(with_pictures(guide.read_text(), pictures, "pictures"))
    if pictures.is_dir():
        shutil.copytree(pictures, target / "guides" / "pictures", ignore=shutil.ignore_patterns("stamp"))
    return target


if __name__ == "__main__":
    prepare_site(_PROJECT)
