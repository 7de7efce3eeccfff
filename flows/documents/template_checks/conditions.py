"""Find conditions that hold always or never, whatever a case says: a value is never empty, and has only its choices."""

from collections.abc import Iterator, Mapping, Sequence

from jinja2 import TemplateError, nodes

from flows.documents.tagged_text import Tag
from flows.documents.template_checks.expressions import tried_tags
from flows.documents.template_fault import TemplateFault, fault_at
from flows.documents.template_tags import tag_environment
from flows.language import translate as _

Choices = Mapping[str, frozenset[str]]


def idle_conditions(tags: Sequence[Tag], choices: Choices) -> Iterator[TemplateFault]:
    """Yield the conditions that ask whether a value with choices is there, or whether it is what it never is.

    `choices` are the texts that a value is one of, by name. «Nei» is a text as well as «Ja», so that `{% if NAME %}`
    holds for both.
    """
    for tag, source in tried_tags(tags):
        try:
            tree = tag_environment(escape=True).parse(source)
        except TemplateError:
            continue  # told as a tag that cannot be read
        tests = [each.test for each in tree.find_all(nodes.If)]
        tests += [each.test for each in tree.find_all(nodes.CondExpr)]
        for why in dict.fromkeys(why for test in tests for why in _idle(test, choices)):
            yield fault_at(tag.paragraph, why)


def _idle(test: nodes.Node, choices: Choices) -> Iterator[str]:
    if isinstance(test, nodes.And | nodes.Or):
        yield from _idle(test.left, choices)
        yield from _idle(test.right, choices)
    elif isinstance(test, nodes.Not):
        yield from _idle(test.node, choices)
    elif isinstance(test, nodes.Name) and test.name in choices:
        texts = sorted(choices[test.name])
        yield _("{name} is always there, also where it is «{text}». Write the condition as {example}.").format(
            name=test.name, text=texts[-1], example=f'{test.name} == "{texts[0]}"'
        )
    elif isinstance(test, nodes.Compare):
        yield from _never_equal(test, choices)


def _never_equal(test: nodes.Compare, choices: Choices) -> Iterator[str]:
    for operand in test.ops:
        sides = (test.expr, operand.expr)
        name = next((side.name for side in sides if isinstance(side, nodes.Name)), "")
        constant = next((side.value for side in sides if isinstance(side, nodes.Const)), None)
        if operand.op in ("eq", "ne") and name in choices and constant is not None and constant not in choices[name]:
            yield _("{name} is never «{text}». It is one of: {texts}.").format(
                name=name, text=constant, texts=", ".join(sorted(choices[name]))
            )
