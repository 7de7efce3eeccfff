"""Drill: thousands of damaged templates and workbooks, and none may become a wrong document in silence.

`python -m tests.drills.templates [COUNT]` damages so many of each: templates in the ways of `template_damages`, and
workbooks in those of `damaged_workbooks`. Each must come out right, or be named before anything is made. Seeded and
repeatable; ends with one JSON line.
"""

import json
import sys
from importlib import import_module
from importlib.util import find_spec

from tests.drills import damaged_templates

_WORKBOOKS = "tests.drills.damaged_workbooks"


def drill(count: int, seed: int = 0) -> tuple[dict[str, int], list[str]]:
    """Try so many of each; return the counts, and a line for each that went wrong in silence."""
    templates, silent = damaged_templates.run(count, seed)
    workbooks = 0
    if find_spec(_WORKBOOKS):
        workbooks, lines = import_module(_WORKBOOKS).run(count, seed)
        silent = [*silent, *lines]
    return {"templates": templates, "workbooks": workbooks, "silent": len(silent)}, silent


def main() -> None:
    """Run the drill; exit 1 when anything went wrong in silence."""
    counts, silent = drill(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    for line in silent:
        sys.stderr.write(f"{line}\n")
    print(json.dumps(counts))
    sys.exit(1 if counts["silent"] else 0)


if __name__ == "__main__":
    main()
