"""Texts that users meet are translated: no English sentence stands in the code without bokmål of its own."""

import ast
import re
from collections.abc import Iterator

import pytest

from flows.archive.proof.quarantine_reasons import ReasonCode
from tests.catalogues import catalogue
from tests.conftest import PROJECT

SOURCES = sorted((PROJECT / "flows").rglob("*.py"))

GETTEXT = {"_", "translate", "translate_plural", "ngettext"}
LOGGED = {"debug", "info", "warning", "error", "exception", "critical", "log"}
CODE = re.compile(
    r"\b(SELECT|CREATE|INSERT|DELETE FROM|DROP|TRUNCATE|UPDATE|ALTER TABLE|state IN|kind IN)\b|[<>=|\\^]|;\w"
    r"|^[\w-]+/[\w+-]+[;,]|^[\w-]+(-src|=\(\)|; filename)|^noindex|^frame-ancestors|^private, max-age"
    r"|^@page|counter-reset|^\(\w+, \w+\)$|\w\[(int|bool|float|list|tuple|str)\b|Literal\[|apt-get install"
)
"""SQL, patterns, mark-up, headers and commands: no sentences."""

NOT_FOR_USERS = {
    "flows/agreements": "official wording and headings of the Norwegian agreements",
    "flows/archive/noark/structure.py": "Noark 5 vocabulary",
    "flows/archive/pronom_formats.py": "Noark 5 vocabulary",
    "flows/delivery/arkivmelding.py": "a note in an arkivmelding, in Norwegian",
    "flows/delivery/fiks/ber.py": "why bytes are no EnvelopedData, for developers",
    "flows/delivery/fiks/container.py": "what a caller did wrong, for developers",
    "flows/delivery/fiks/container_reader.py": "why a container is not taken, for developers",
    "flows/delivery/fiks/sealing.py": "what a caller did wrong, for developers",
    "flows/dates.py": "patterns of dates",
    "flows/intake/choice_synonyms.py": "values that are recognised in cells",
    "flows/intake/example_row.py": "values of the example row",
    "flows/intake/heading_phrases.py": "headings that are recognised",
    "flows/intake/heading_words.py": "headings that are recognised",
    "flows/archive/proof/evidence_pages.py": "sentences of providers that are recognised",
    "flows/intake/headings.py": "headings that are recognised",
    "flows/intake/shared_headings.py": "headings that are recognised",
    "flows/typesetting/fonts.py": "names of fonts",
    "flows/typesetting/numerals": "words of numbers in many languages",
    "flows/register/privileges.py": "SQL",
    "flows/signing_desk/api_description.py": "the description of an API, for those who write programs",
    "flows/application/health.py": "what a number is, for the tools of operators",
    "flows/register/guards.py": "what the database says to a program that breaks its rules",
    "flows/settings.py": "descriptions of settings, for docs/reference.md",
    "flows/web/intake_description.py": "the OpenAPI description, for developers",
}
"""Folders and modules whose bare sentences no user meets, or that are Norwegian."""

CODES = {
    "Blandet fysisk og elektronisk arkiv",
    "Skjerming av hele dokumentet",
    "Skjerming av deler av dokumentet",
    "Dokument hvor deler av innholdet er skjermet",
    "Sendt med PKI/«person standard»-sertifikat",
    "Sendt med PKI/«person høy»-sertifikat",
    "Erstattes av en ny versjon",  # the reason that a provider shows signers
    "Avtaleflyt signeringsbenk – prøve og intern bruk",  # names in the desk's certificate
    "Prøve og intern bruk – ingen kontroll av identitet",
    *("Avsluttet periode", "Fysisk arkiv", "Elektronisk arkiv", "Unntatt offentlighet", "Under behandling"),  # Noark 5
    *("Signatur påført, ikke verifisert", "Signatur påført og verifisert", "Inngående dokument", "Utgående dokument"),
    *("Organinternt dokument for oppfølging", "Organinternt dokument uten oppfølging", "Symmetrisk kryptert"),
    *("Sendt med PKI/virksomhetssertifikat", "Intern avsender", "Intern mottaker", "Dokumentet er ferdigstilt"),
    *("Skjerming navn {}", "Skjerming tittel registrering", "Skjerming tittel mappe"),
    *("HarfBuzz subset", "Posten signering", "Avtaleflyt signeringsbenk", "Avtaleflyt signing desk"),  # names
    "Avtaleflyt, kontroll",
    "intake endpoint",  # the source of a batch, as the register keeps it
    *("workplace form", "workplace upload"),
    "Fristen er ute",  # the reason that a provider shows signers
    "En signatar har avslått",
    "-//Avtaleflyt//Reviews and deadlines//NO",  # a calendar's PRODID
    *("letter failed", "new link", "fetched document", "fetched copy", "copy sent"),  # events of the desk's, worded
    "asked for a new link",  # where they are shown
    "signing desk at ",  # the line by which a program learns the desk's address
    "signing desk at {}\n",
    "none: whoever held a signer's link could sign",  # in evidence.json, for programs
    "status of a signer",  # in exceptions that are caught where they arise
    "objects that were signed are gone",
    "not an object stream",
    "a table of another length than it says",
    *("a page that is in its tree twice", "a structure element that is in its tree twice"),
    *("row {} stands below row {}", "{} in row {}", "a document type declaration"),
    "not a trusted list",
    "Nothing is fetched while a document is set.",
    "too many points",
    "openid profile email",  # scopes
    "nobody has this password",  # never shown: what unknown users' passwords are compared with
    "the register takes no time without a zone",  # a fault in the program
}
"""Codes, vocabulary and messages of exceptions that never leave the program."""

Literal = ast.Constant | ast.JoinedStr


def text_of(node: ast.AST) -> str:
    """Return the text of a string or f-string, with `{}` for every value; empty for other nodes."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def is_sentence(text: str) -> bool:
    """Return whether a text has a word that a word in small letters follows, and is no code."""
    return bool(re.search(r"[A-Za-z]{2,},? [a-z]{2,}", text)) and not CODE.search(text)


def is_long(text: str) -> bool:
    """Return whether a text has three words in small letters: in `flows/typesetting`, shorter ones are codes."""
    return len(re.findall(r"\b[a-z]{2,}\b", text)) >= 3


def exempt_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what is translated, logged, or documentation, and the parts of f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Assert) and node.msg:
            yield from ast.walk(node.msg)
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            logs = isinstance(node.func, ast.Attribute) and name in LOGGED and "log" in ast.unparse(node.func.value)
            if name in GETTEXT or logs or name == "AssertionError":
                yield from ast.walk(node)


def untranslated(source: str, known: set[str]) -> list[str]:
    """Return the sentences of a module that go through no gettext call and have no bokmål."""
    tree = ast.parse(source)
    exempt = set(exempt_nodes(tree))
    texts = [text_of(node) for node in ast.walk(tree) if node not in exempt]
    return [text for text in texts if is_sentence(text) and text not in known]


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Return every text that needs no gettext call where it stands."""
    translated = catalogue("nb")
    return {*translated, *CODES, *(code.value for code in ReasonCode if code.sentence in translated)}


def test_no_sentence_is_left_in_english(known: set[str]) -> None:
    """Every sentence is inside `_()`, or has its bokmål because it is translated where it is shown."""
    found = {
        f"{path.relative_to(PROJECT)}: {text}"
        for path in SOURCES
        if not any(str(path.relative_to(PROJECT)).startswith(place) for place in NOT_FOR_USERS)
        for text in untranslated(path.read_text(), known)
        if is_long(text) or "typesetting" not in path.parts
    }
    assert found == set()


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ('raise WrongUse("Give the four digits of a municipality.")', True),
        ('raise WrongUse(f"There is no municipality {number} here.")', True),
        ('faults.append("was changed after it had been written")', True),
        ('raise WrongUse(_("Give the four digits of a municipality."))', False),
        ('_log.info("asked the provider for %s", reference)', False),
        ('def name() -> None:\n    """Return what is there now."""', False),
        ('text("SELECT id FROM event WHERE state = 1 and that")', False),
    ],
)
def test_the_search_finds_a_bare_sentence(source: str, left: bool) -> None:
    """The test above would see it."""
    assert bool(untranslated(source, set())) == left


def test_no_variable_hides_the_translator() -> None:
    """A module that translates by `_` uses it for nothing else: in such a function, `_("…")` would fail."""
    found = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        names = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        if "_" in names:
            stored = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
            found += [f"{path.relative_to(PROJECT)}:{node.lineno}" for node in stored if node.id == "_"]
    assert found == []


def test_headings_of_tables_have_bokmaal() -> None:
    """Titles and headings of the commands' tables are translated where they are printed: each has an entry."""
    asked: set[str] = set()
    for path in (PROJECT / "flows" / "commands").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("print_table"):
                literals = [part for argument in node.args[:2] for part in ast.walk(argument)]
                asked |= {text_of(part) for part in literals if isinstance(part, ast.Constant)}
    assert len(asked) > 10
    assert asked - catalogue("nb").keys() == {"", "SHA-256"} & asked
