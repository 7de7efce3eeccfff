"""What the code cites is documented: rule ids, standards, sections of the documents; and what is documented exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.agreements.fields import fields_of
from flows.agreements.trusts import trusts
from flows.agreements.types import types
from flows.archive.proof.quarantine_reasons import ReasonCode
from tests.conftest import PROJECT

DOMAIN, PROTOCOLS = PROJECT / "docs/domain.md", PROJECT / "docs/protocols.md"
PAGES = sorted([PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *(PROJECT / "docs").rglob("*.md")])
TEXTS = {".py", ".po", ".toml", ".html", ".md", ".csv", ".mako", ".txt", ".j2"}
CITED = re.compile(
    r"""(?<![\w.-])(?:
        R-[A-Z]\d{2} | [AB]-[A-Z]\d{2} | E[AB]-\d{2}            # rules, fields and errata of the two agreements
        | C\d{1,2} | M\d{3} | N5\.\d{2} | krav\ \d+\.\d+\.\d+   # checks of signed files; Noark 5 and Arkade
        | RFC\ ?\d+ | ISO(?:/IEC)?\ \d{4,}(?:-\d)? | ETSI\ (?:EN|TS)\ [\d\ ]*\d(?:-\d)? | ECMA-\d+
        | MS-[A-Z]+ | UAX\ \d+
    )(?![\w-])""",
    re.VERBOSE,
)
DOCUMENT = re.compile(r"[\w./-]*\w\.md(?!\w)(?:#[\w-]+)?")


def anchors(page: Path) -> list[str]:
    """Return what can be linked to on a page: its headings as GitHub names them, and its own anchors."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    named = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return named + re.findall(r'<a id="([^"]+)"></a>', text)


def anchor_of(cited: str) -> str:
    """Return the anchor of an id: `krav 6.4.37` is `krav-6-4-37`."""
    return re.sub(r"[^a-z0-9]+", "-", cited.lower())


def texts(*rooms: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of every source file of some top-level folders."""
    for room in rooms:
        for path in sorted((PROJECT / room).rglob("*")):
            if path.suffix in TEXTS and "__pycache__" not in path.parts:
                yield str(path.relative_to(PROJECT)), path.read_text()


def test_every_id_that_is_cited_is_documented() -> None:
    """Each id in code and pages has an anchor in `docs/domain.md` or `docs/protocols.md`."""
    documented = {*anchors(DOMAIN), *anchors(PROTOCOLS)}
    everywhere = texts("flows", "tests", "benchmarks", "templates", "fixtures", "docs")
    cited = {(one, path) for path, text in everywhere for one in CITED.findall(text)}
    assert {one for one, _ in cited} >= {"R-A13", "A-F07", "M701", "N5.47", "krav 6.4.37", "RFC 3161"}
    assert sorted((one, path) for one, path in cited if anchor_of(one) not in documented) == []


def test_ids_are_recognised() -> None:
    """The pattern finds an id of each kind, in the forms in which texts have them."""
    text = "(R-A13, A-F07–A-C08), EB-16; C5, M701 N5.47 krav 6.4.37. RFC 3161, ISO 32000-1, ETSI EN 319 142-1, [MS-EMF]"
    found = ["R-A13", "A-F07", "A-C08", "EB-16", "C5", "M701", "N5.47", "krav 6.4.37", "RFC 3161"]
    assert CITED.findall(text) == [*found, "ISO 32000-1", "ETSI EN 319 142-1", "MS-EMF"]


def test_clauses_are_cited_with_their_standard() -> None:
    """A module of typesetting with a clause number (17.3.1.11) names its standard, or its package does."""
    sources = dict(texts("flows/typesetting"))
    bare = [path for path, text in sources.items() if re.search(r"\((?:\d+\.){2,}\d+[^)]*\)", text)]
    named = re.compile(r"ECMA-\d|ISO \d|MS-[A-Z]+|PDF/A-2 \(")
    packages = {path: [sources.get(f"{above}/__init__.py", "") for above in Path(path).parents] for path in bare}
    assert len(bare) > 10
    assert [path for path in bare if not any(named.search(one) for one in (sources[path], *packages[path]))] == []


def rule_functions() -> set[tuple[str, str, str]]:
    """Return id, level and name of every function of `flows/agreements/` that is entered into a rulebook."""
    found = set()
    for path in sorted((PROJECT / "flows" / "agreements").rglob("*.py")):
        functions = [one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.FunctionDef)]
        for function in functions:
            for entry in function.decorator_list:
                if isinstance(entry, ast.Call) and ast.unparse(entry.func).endswith((".rule", ".dated_rule")):
                    rule_id, level = [*(ast.literal_eval(each) for each in entry.args), "error"][:2]
                    found.add((rule_id, level, function.name))
    return found


def documented_rule_functions() -> set[tuple[str, str, str]]:
    """Return the same from `docs/domain.md`: after an id, «error» or «warning» and the functions of that level."""
    found = set()
    for line in re.split(r"\n(?=\||\n)", DOMAIN.read_text()):
        ids = re.findall(r'<a id="[^"]+"></a>`?([\w-]+)', line)
        for level, names in re.findall(r"(error|warning): ((?:`\w+`(?:, )?)+)", line):
            found |= {(ids[0], level, name) for name in re.findall(r"\w+", names)}
    return found


def test_the_rule_functions_are_those_that_are_documented() -> None:
    """`docs/domain.md` lists every rule function with its id and level, and no other."""
    assert len(rule_functions()) > 40
    assert documented_rule_functions() == rule_functions()


def test_fields_are_documented_with_their_identifiers() -> None:
    """The row of a field's id names the identifier by which sheets and JSON know the field."""
    rows = dict(re.findall(r'^\| <a id="[^"]+"></a>(\S+) \|(.*)$', DOMAIN.read_text(), re.MULTILINE))
    fields = [(one.column.id, name) for kind in types().values() for name, one in fields_of(kind.case).items()]
    missing = {(rule, name) for rule, name in fields if rule[1:3] in {"-F", "-C"} and f"`{name}`" not in rows[rule]}
    assert missing == set()


def test_hospital_trusts_are_documented_as_the_program_knows_them() -> None:
    """Name and organisation number of each trust stand in one row."""
    text = DOMAIN.read_text()
    assert [one.name for one in trusts() if f"| {one.name} | {one.organisation_number} |" not in text] == []


def test_the_reasons_for_quarantine_are_those_that_are_documented() -> None:
    """The table of checks has exactly the words by which reasons for quarantine are known."""
    table = re.findall(r'^\| <a id="c\d+"></a>.*\| ([^|]+) \|$', PROTOCOLS.read_text(), re.MULTILINE)
    assert {word for cell in table for word in re.findall(r"`([a-z_]+)`", cell)} == {
        one.value.partition(":")[0] for one in ReasonCode
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    """Each relative link names a file that exists, and each anchor a heading or an id of that file."""
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        name, _, anchor = link.partition("#")
        there = page.parent / name if name else page
        if "://" not in link and (not there.exists() or (anchor and anchor not in anchors(there))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_anchors_of_a_page_are_unique(page: Path) -> None:
    """No id is defined twice, and none is the name of a heading."""
    assert sorted(anchors(page)) == sorted(set(anchors(page)))


def test_documents_that_the_code_names_exist() -> None:
    """A document that is named in code stands in this project, and has the section that is named with it."""
    broken = []
    for path, text in texts("flows", "tests", "benchmarks"):
        for named in DOCUMENT.findall(text) if path.endswith(".py") and ".md" in text else ():
            name, _, anchor = named.partition("#")
            there = next((one for one in (PROJECT / name, (PROJECT / path).parent / name) if one.is_file()), None)
            if there is None or (anchor and anchor not in anchors(there)):
                broken.append((path, named))
    assert broken == []
