"""Drill: damaged Word files by the thousand, and none may end in anything but a PDF or one sentence.

`python -m tests.drills.documents [RUNS]` damages the XML of the own corpus, which holds every construct that is read:
elements taken out, moved and repeated, attributes taken out or set to what nobody would write. Damage that leaves no
XML ends at the parser; this goes past it. Seeded and repeatable; ends with one JSON line.
"""

import json
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from copy import deepcopy
from io import BytesIO
from random import Random

from lxml import etree

from flows.documents import convert
from flows.errors import DocumentRefused
from tests.typesetting.corpus import corpus

_TOO_LONG = 30
_SAID = ("", "0", "-1", "99999999999", "-5000", "abc", "1e9", "1e400", "NaN", "true", "auto", "50%", "{", "#12345")
_TEXTS = ("", " ", "-1", "\u200f", "w" * 300, "\u0301", "{{ x }}")


def damaged(docx: bytes, random: Random) -> bytes:
    """Return a Word file with one to twelve damages in each of one to three of its parts."""
    with zipfile.ZipFile(BytesIO(docx)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    readable = [name for name in parts if name.startswith("word/") and name.endswith((".xml", ".rels"))]
    hit = set(random.sample(readable, min(len(readable), random.randrange(1, 4))))
    if random.random() < 0.5:
        hit.add("word/document.xml")
    for name in sorted(hit):
        root = etree.fromstring(parts[name])
        for _time in range(random.randrange(1, 13)):
            _damage(root, random)
        parts[name] = etree.tostring(root)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return packed.getvalue()


def _damage(root: etree._Element, random: Random) -> None:
    elements = list(root.iter("*"))
    element = random.choice(elements)
    parent = element.getparent()
    match random.randrange(6):
        case 0 if element.attrib:
            element.set(random.choice(list(element.attrib)), random.choice(_SAID))
        case 1 if element.attrib:
            del element.attrib[random.choice(list(element.attrib))]
        case 2 if parent is not None:
            parent.remove(element)
        case 3 if len(etree.tostring(element)) < 20_000:
            random.choice(elements).append(deepcopy(element))
        case 4 if parent is not None and len(element):
            at = parent.index(element)
            parent[at : at + 1] = list(element)
        case _:
            element.text = random.choice(_TEXTS)


def drill(runs: int, seed: int = 0) -> dict[str, float]:
    """Convert so many damaged files; return how they ended, and how long the slowest took in seconds."""
    random = Random(seed)
    ends: Counter[str] = Counter(runs=runs, documents=0, sentences=0, tracebacks=0, too_long=0)
    slowest = 0.0
    sources = [content for _, content in sorted(corpus().items()) if len(content) < 200_000]
    before = signal.signal(signal.SIGALRM, _give_up)
    for run in range(runs):
        content = damaged(random.choice(sources), random)
        begun = time.monotonic()
        signal.alarm(_TOO_LONG)
        try:
            convert(content)
            ends["documents"] += 1
        except DocumentRefused as sentence:
            ends["sentences" if "\n" not in str(sentence) else "tracebacks"] += 1
        except Exception as error:  # noqa: BLE001  what the drill is looking for
            ends["too_long" if isinstance(error, TimeoutError) else "tracebacks"] += 1
            sys.stderr.write(f"run {run}:\n{traceback.format_exc()}\n")
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.monotonic() - begun)
    signal.signal(signal.SIGALRM, before)
    return {**ends, "slowest_seconds": round(slowest, 2)}


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"no PDF after {_TOO_LONG} seconds")


def main() -> None:
    """Run the drill; exit 1 when a damaged file ended in a traceback or took too long."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    found = drill(runs)
    print(json.dumps({"drill": "documents", **found}))
    sys.exit(1 if found["tracebacks"] or found["too_long"] else 0)


if __name__ == "__main__":
    main()
