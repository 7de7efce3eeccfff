"""List the digests of the WeasyPrint modules that the replacements were written for, and compare with them."""

import hashlib
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

#: Original, replacement, and the modules or classes that hold the original under its name.
Replacements: TypeAlias = tuple[tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...]], ...]

#: Digests of the modules of WeasyPrint 70.0 with what is replaced or relied on.
KNOWN: Mapping[str, str] = {
    "weasyprint.css": "77ad7287f90d",
    "weasyprint.document": "f08f91af6456",
    "weasyprint.draw.color": "c68aaae8b9a4",
    "weasyprint.draw.text": "c9a450aa2092",
    "weasyprint.formatting_structure.boxes": "8ffd28ab74a1",
    "weasyprint.formatting_structure.build": "335ad8b54129",
    "weasyprint.layout": "f226ba97ad21",
    "weasyprint.layout.absolute": "240e268cec1e",
    "weasyprint.layout.background": "3d98949e4fe7",
    "weasyprint.layout.block": "9457dca0528c",
    "weasyprint.layout.float": "4e6cc308ad2a",
    "weasyprint.layout.page": "d99c5aceb36d",
    "weasyprint.layout.percent": "bac190e240dc",
    "weasyprint.layout.table": "3a5b6442410f",
    "weasyprint.pdf.stream": "4faf9169d197",
    "weasyprint.text.fonts": "59d74d0c1613",
    "weasyprint.text.line_break": "1f5a855ad992",
}


@cache
def digest(module: str) -> str:
    """Return a short digest of the source of a module; empty if the source cannot be read."""
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    if not file.endswith(".py"):
        return ""
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12]


def is_known(item: Callable[..., Any]) -> bool:
    """Return whether a function or class is in a module that the replacements were written for."""
    return KNOWN.get(item.__module__) == digest(item.__module__)
