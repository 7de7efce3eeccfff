"""Run the tests that execute changed lines: `python -m tests.drills.covering_tests MAP MODULE ORIGINAL`.

As a pytest plugin (`-p tests.drills.covering_tests`, with COVERAGE_MAP and COVERED_MODULES in the environment) it
writes the map: which test functions execute which line of which module, and how many seconds each function takes.
"""

import ast
import difflib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Generator, Iterable
from pathlib import Path
from time import process_time

import coverage
import pytest

AT_IMPORT = ""
"""The context of lines that no test executes by itself: definitions, constants, fixtures of a session."""


class CoverageMap:
    """Notes the lines that each test function executes; threads are followed, other processes are not."""

    def __init__(self, modules: list[str], path: Path) -> None:
        self._modules, self._path = modules, path
        self._coverage = coverage.Coverage(data_file=None, include=modules, config_file=False)
        self._coverage.start()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, None, None]:
        """Take what is executed for that of the test."""
        function = item.nodeid.partition("[")[0]
        self._coverage.switch_context(function)
        began = process_time()
        yield
        self._seconds[function] += process_time() - began
        self._coverage.switch_context(AT_IMPORT)

    def pytest_sessionfinish(self) -> None:
        """Write the map."""
        self._coverage.stop()
        data = self._coverage.get_data()
        lines = {module: data.contexts_by_lineno(str(Path(module).resolve())) for module in self._modules}
        self._path.write_text(json.dumps({"lines": lines, "seconds": self._seconds}), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Write a map of coverage if the environment asks for it."""
    if path := os.environ.get("COVERAGE_MAP"):
        config.pluginmanager.register(CoverageMap(os.environ["COVERED_MODULES"].split(), Path(path)))


def covering(path: Path, module: str, changed: Iterable[int]) -> list[str]:
    """Return the test functions that execute any of the lines, the quickest first.

    For a line that is executed at import, or that no test is known to execute, they are all that execute any line of
    the module: heads of functions, handlers of exceptions and constants are executed unseen.
    """
    known = json.loads(path.read_text(encoding="utf-8"))
    lines: dict[str, list[str]] = known["lines"][module]
    contexts = {context for line in changed for context in lines.get(str(line), ())}
    if AT_IMPORT in contexts or not contexts:
        contexts = {context for found in lines.values() for context in found}
    return sorted(contexts - {AT_IMPORT}, key=lambda function: known["seconds"][function])


def changed_lines(original: str, changed: str) -> list[int]:
    """Return the numbers of the lines of the original that the change replaces, from 1.

    Those of the whole statement, of which coverage notes the first line alone; of a compound one, its head.
    """
    matcher = difflib.SequenceMatcher(None, original.splitlines(), changed.splitlines(), autojunk=False)
    replaced = [
        number + 1
        for kind, first, last, _from, _to in matcher.get_opcodes()
        if kind != "equal"
        for number in range(first, max(last, first + 1))
    ]
    heads = [_head(node) for node in ast.walk(ast.parse(original)) if isinstance(node, ast.stmt)]
    return sorted({line for number in replaced for head in heads if number in head for line in head})


def _head(statement: ast.stmt) -> range:
    """Return the lines of a statement up to the first statement within it."""
    within = [node.lineno for node in ast.walk(statement) if isinstance(node, ast.stmt) and node is not statement]
    return range(statement.lineno, max(statement.lineno, min(within) - 1 if within else statement.end_lineno or 0) + 1)


def main(path: str, module: str, original: str) -> int:
    """Run the covering tests; end with 0 if all pass, or if there are none."""
    texts = [Path(name).read_text(encoding="utf-8") for name in (original, module)]
    if not (tests := covering(Path(path), module, changed_lines(*texts))):
        return 0
    return pytest.main(["-x", "-q", "-m", "not database", "-p", "no:cacheprovider", *tests])


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
