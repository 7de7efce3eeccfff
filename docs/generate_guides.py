"""Write the pages of `docs/guides/` that are made from the code: the fields, and the messages. Run `make guides`.

The messages are read from the source of the rules and of the readers of cases, so that one that is added there stands
in the guide, too.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows import language
from flows.agreements.fields import fields_of
from flows.agreements.types import types
from flows.intake.help_texts import help_for

GUIDES = Path(__file__).parent / "guides"
_FLOWS = Path(__file__).parents[1] / "flows"
_MARKS = {"rule", "dated_rule"}
_LEVELS = {"error": "må rettes", "warning": "bør ses på"}
_MADE = "<!-- Laget av `make guides` fra koden. -->"


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a rule: the rule's id, its level, and the message in bokmål with «…» for what is filled in."""

    rule: str
    level: str
    message: str


def fields_page() -> str:
    """Return the page of every field of every agreement type as Markdown."""
    lines = [_MADE, "# Arbeidsboken felt for felt", "", "De samme feltene står i skjemaet for én ansettelse."]
    for kind in types().values():
        lines += ["", f"## {kind.title}", "", "| felt | må fylles ut | hva som skal stå |", "| --- | --- | --- |"]
        for field in fields_of(kind.case).values():
            told = " ".join(help_for(kind, field).split())
            label = field.column.label or field.name
            lines.append(f"| {_cell(label)} | {'ja' if field.required else ''} | {_cell(told)} |")
    return "\n".join(lines) + "\n"


def messages_page() -> str:
    """Return the page of every message about a case as Markdown."""
    lines = [
        _MADE, "# Meldingene om saker", "",
        "Hver melding sier hva som er galt, og hva du kan gjøre.",
        "«…» er det som sto i cellen, eller som avhenger av den.",
        "Regelen er nevnt med id-en som også står i rapporten og i svaret fra API-et.", "",
        "## Reglene", "", "| regel | | melding |", "| --- | --- | --- |",
    ]  # fmt: skip
    lines += [f"| {one.rule} | {_LEVELS[one.level]} | {_cell(one.message)} |" for one in rule_messages()]
    lines += ["", "## Når saker leses", "", "Disse gjelder filen, overskriftene, cellene, og saker mot hverandre.", ""]
    lines += [f"- {_cell(message)}" for message in reading_messages()]
    return "\n".join(lines) + "\n"


def rule_messages() -> list[Said]:
    """Return every message of every rule, in the order of the rules' ids."""
    every = {one for path in _sources("agreements") for one in _of_rules(ast.parse(path.read_text()))}
    found = [one for one in every if _is_sentence(one.message)]
    return sorted(found, key=lambda one: (one.rule, one.level, one.message))


def reading_messages() -> list[str]:
    """Return every message of the readers of cases, in alphabetical order."""
    read = (path for path in _sources("intake") if path.name != "help_texts.py")
    texts = {text for path in read for text in _texts(ast.parse(path.read_text()))}
    return sorted({told for told in map(in_bokmaal, texts) if _is_sentence(told)}, key=str.casefold)


def _is_sentence(text: str) -> bool:
    """Return whether a text is a message: other texts are labels, and parts of sentences."""
    return text.endswith(".") and not text[0].islower()


def in_bokmaal(text: str) -> str:
    """Return a source text in bokmål, with «…» for each value that is filled in."""
    told = language.translations("nb").gettext(text)
    return re.sub(r"«?(\{[^}]*\})+»?", "«…»", told)


def _sources(room: str) -> Iterator[Path]:
    yield from sorted((_FLOWS / room).rglob("*.py"))


def _of_rules(module: ast.Module) -> Iterator[Said]:
    functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    for function in functions.values():
        for mark in function.decorator_list:
            if not (isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr in _MARKS):
                continue
            given = [one.value for one in mark.args if isinstance(one, ast.Constant)]
            if not given:
                continue
            level = str(given[1]) if len(given) > 1 else "error"
            for text in _texts_with_helpers(function, functions):
                yield Said(str(given[0]), level, in_bokmaal(text))


def _texts_with_helpers(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> Iterator[str]:
    """Yield the texts of a function and of the functions of its module that it calls."""
    waiting, seen = [function], {function.name}
    while waiting:
        one = waiting.pop()
        yield from _texts(one)
        for node in ast.walk(one):
            if isinstance(node, ast.Name) and node.id in functions and node.id not in seen:
                seen.add(node.id)
                waiting.append(functions[node.id])


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
            yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PAGES = {"arbeidsboken.md": fields_page, "meldinger.md": messages_page}


def write_guides() -> None:
    """Write the pages that are made, each whole or not at all."""
    language.use("nb")
    for name, page in PAGES.items():
        draft = GUIDES / f"{name}.unfinished"
        draft.write_text(page())
        draft.replace(GUIDES / name)


if __name__ == "__main__":
    write_guides()
