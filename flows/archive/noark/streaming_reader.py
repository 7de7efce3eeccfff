"""Read large packages one element and one file at a time, for the self-check."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree


@dataclass(frozen=True, slots=True)
class PackageFinding:
    """Something wrong with a package: the rule, where, and what."""

    rule: str
    place: str
    what: str


def local(element: Any) -> str:
    """Return an element's name without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def values(element: Any, name: str) -> Iterator[str]:
    """Yield the texts of an element's own children of that name."""
    return (one.text or "" for one in element if local(one) == name)


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, without ever listing one whole."""
    with os.scandir(folder) as found:
        for one in found:
            if one.is_dir(follow_symlinks=False):
                yield from files_below(Path(one))
            else:
                yield Path(one)


def stream(
    path: Path, names: tuple[str, ...], schema: Any = None, empty: Counter[str] | None = None
) -> Iterator[tuple[Any, str]]:
    """Yield each element of these names when it is complete, and free it afterwards; the second is where it stands.

    `empty` counts, by name, all elements of the file that hold nothing.

    What stands within a `mappe` is yielded with `inside`, since the case that holds it comes, too. A class gets an
    attribute `children` with the names of what it held. Raises `etree.XMLSyntaxError`, for what the schema refuses too.
    """
    depth = 0
    held: list[set[str]] = []
    for event, element in etree.iterparse(str(path), events=("start", "end"), schema=schema, no_network=True):
        name = local(element)
        if event == "start":
            if held and depth == 0:
                held[-1].add(name)
            if name == "klasse":
                held.append(set())
            depth += name == "mappe"
            continue
        depth -= name == "mappe"
        if empty is not None and len(element) == 0 and not (element.text or "").strip():
            empty[name] += 1
        if name == "klasse":
            element.set("children", " ".join(sorted(held.pop())))
        if name in names and (depth == 0 or name == "mappe"):
            yield element, "inside" if depth else "outside"
        if depth == 0 and name in {"mappe", "endring", "journalregistrering"}:
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
