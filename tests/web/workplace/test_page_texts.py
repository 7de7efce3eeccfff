"""Every text of a page goes through gettext, and has bokmål and nynorsk."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes
from markupsafe import Markup

from flows.language import messages, translate
from flows.web.workplace.rendering import PAGES, environment
from tests.conftest import PROJECT

TEMPLATES = sorted(path.name for path in PAGES.glob("*.html"))
GETTEXT = {"_", "ngettext"}
IN_ATTRIBUTES = re.compile(r'\b(?:aria-label|alt|title|placeholder|summary|label)="([^"]*)"')
MARK_UP = re.compile(r"<!--.*?-->|<[^<>]*>|&\w+;|\b[a-z-]+=\"[^\"]*\"", re.DOTALL)
LETTERS = re.compile(r"[A-Za-zÆØÅæøå]{2,}")
NAMES = {"Avtaleflyt", "SHA-256", "kB", "Bokmål", "Nynorsk", "English"}
"""Names and units, alike in every language."""
CODE_VALUES = re.compile(
    r"^(?:/|#|\?|&)|^[a-z0-9_.-]+$|^data:|^\.[a-z.,]+$|^(?:Unntatt offentlighet|Personalsaker|Klientsaker)$"
)
"""Addresses, keys and values of forms: what a program reads. The last three are levels of Noark 5."""
PYTHON = sorted((PROJECT / "flows" / "web" / "workplace").glob("*.py"))


def tree_of(source: str) -> nodes.Template:
    """Return a template's syntax tree."""
    return environment.parse(source)


def bare_texts(source: str) -> Iterator[str]:
    """Yield what a template shows that goes through no gettext call: its own text, attributes, strings in code."""
    tree = tree_of(source)
    shown = "".join(
        one.data if isinstance(one, nodes.TemplateData) else "{}"
        for output in tree.find_all(nodes.Output)
        for one in output.nodes
    )
    texts = [*IN_ATTRIBUTES.findall(shown), MARK_UP.sub("\n", shown)]
    for text in texts:
        for line in text.splitlines():
            if LETTERS.search(line.replace("{}", "")) and line.strip("{} –,.:") not in NAMES:
                yield line.strip()
    yield from _bare_strings(tree)


def _bare_strings(tree: nodes.Node) -> Iterator[str]:
    inside = {
        id(one) for call in tree.find_all(nodes.Call) if _name(call) in GETTEXT for one in call.find_all(nodes.Const)
    }
    for one in tree.find_all(nodes.Const):
        value = one.value
        is_text = isinstance(value, str) and LETTERS.search(value) and id(one) not in inside
        if is_text and value not in NAMES and not CODE_VALUES.search(value):
            yield value


def asked_for(source: str) -> Iterator[tuple[str, str]]:
    """Yield each msgid of a template with its plural, which may be empty."""
    for call in tree_of(source).find_all(nodes.Call):
        if _name(call) in GETTEXT:
            said = [one.value for one in call.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
            assert said, f"a gettext call without a literal: {call}"
            yield said[0], said[1] if len(said) > 1 else ""


def asked_for_in_python(source: str) -> Iterator[tuple[str, str]]:
    """Yield each msgid of a module of the pages with its plural."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"_", "translate", "translate_plural"}:
            said = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if said:
                yield said[0], said[1] if len(said) > 1 else ""


def every_msgid() -> dict[str, str]:
    """Return all msgids of the pages with their plurals."""
    found: dict[str, str] = {}
    for name in TEMPLATES:
        found.update(asked_for((PAGES / name).read_text()))
    for path in PYTHON:
        found.update(asked_for_in_python(path.read_text()))
    return found


def _name(call: nodes.Call) -> str:
    return call.node.name if isinstance(call.node, nodes.Name) else ""


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_text_stands_outside_gettext(name: str) -> None:
    """Neither in the text of a page, nor in its attributes, nor among the strings of its code."""
    assert list(bare_texts((PAGES / name).read_text())) == []


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("<p>Avtaler</p>", ["Avtaler"]),
        ('<p>{{ _("Agreements") }} – Avtaleflyt</p>', []),
        ('<p>{{ _("Agreements") }} og {{ x }}</p>', ["{} og {}"]),
        ('<img alt="Side" src="/side.png">', ["Side"]),
        ('{{ m.alert("info", "Ingen treff") }}', ["Ingen treff"]),
        ('{{ m.alert("info", _("No hits")) }}', []),
        ('{{ "avtale" if n == 1 else "mange avtaler" }}', ["mange avtaler"]),
        ('{% set x = {"a": "Alle avtaler"} %}', ["Alle avtaler"]),
        ("{{ file.size }} kB", []),
    ],
)
def test_the_search_finds_a_bare_text(source: str, bare: list[str]) -> None:
    """The test above would see it."""
    assert list(bare_texts(source)) == bare


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_text_is_translated(language: str) -> None:
    """Each msgid of templates and modules has an entry of its own in bokmål and in nynorsk, plurals both forms."""
    catalogue = messages(language)
    missing = []
    for msgid, plural in every_msgid().items():
        entry = catalogue.get(msgid)
        told = entry.string if entry is not None else ""
        if not (told if isinstance(told, str) else all(told or ())) or bool(plural) != isinstance(told, tuple):
            missing.append(msgid)
    assert missing == []


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_places_of_values_are_the_same(language: str) -> None:
    """A translation has the values of its source and no others: another one would break the page."""
    for message in messages(language):
        if message.id:
            sources = (message.id,) if isinstance(message.id, str) else message.id
            told = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            wanted = {name for source in sources for name in re.findall(r"{(\w+)[^}]*}", source)}
            for one in told:
                assert set(re.findall(r"{(\w+)[^}]*}", one)) <= wanted, message.id


def test_the_catalogues_of_pages_are_in_both_languages() -> None:
    """A file of bokmål for the pages has one of nynorsk with the same sources."""
    folder = PROJECT / "flows" / "locale"
    for path in sorted((folder / "nb").glob("workplace*.po")):
        other = folder / "nn" / path.name
        assert other.is_file(), path.name
        sources = [set(re.findall(r'^msgid (".*")$', one.read_text(), re.MULTILINE)) for one in (path, other)]
        assert sources[0] == sources[1], path.name


def test_what_people_write_is_escaped_in_every_sentence() -> None:
    """A value in a sentence with a link is escaped; the link is not."""
    sentence = environment.from_string('{{ (_("{name} has asked")|e).format(name=name) }}')
    assert sentence.render(name="<b>") == "&lt;b&gt; has asked"
    assert sentence.render(name=Markup("<b>")) == "<b> has asked"
    assert translate("Agreements", "nn") == "Avtalar"
    assert Path(PAGES / "base.html").read_text().count('lang="{{ language }}"') == 1
