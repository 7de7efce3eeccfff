"""Limit what tags in a template may do: print values, choose and repeat; no calls, assignments, macros or includes.

A sandbox of Jinja keeps tags away from the insides of Python. This is narrower: it also keeps them from running for
ever or filling the memory, and what is not allowed is found when the template is read, not when it is filled.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2 import Template as Compiled
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from flows.documents.template_filters import FILTERS
from flows.language import translate as _

#: Loops within loops: rows of tables, and lists in their cells.
DEEPEST_LOOP = 3
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name, nodes.Const, nodes.Tuple,
    nodes.List, nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Getattr, nodes.Getitem, nodes.Concat,
    nodes.Compare, nodes.Operand, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg,
    nodes.Pos, nodes.Not, nodes.And, nodes.Or,
)  # fmt: skip
#: Jinja's own filters that change how a value is written and can make it only a little longer.
_FILTERS = (
    "default",
    "d",
    "upper",
    "lower",
    "capitalize",
    "title",
    "trim",
    "length",
    "count",
    "first",
    "last",
    "round",
)


class EmptyValue(TemplateError):
    """A value that would print nothing."""


class _Forbidden(SecurityError):
    """Something that a tag may not do, as a person wrote it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def forbidden(error: SecurityError) -> str:
    """Return what a tag reached for, as it is written."""
    if isinstance(error, _Forbidden):
        return error.what
    found = re.search(r"attribute '([^']*)'", str(error))
    return found[1] if found else "?"


def _printed(value: object) -> object:
    """Refuse what would leave a hole in an agreement; Jinja calls this with every value that is printed."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise EmptyValue
    return value


def _rows(value: object) -> object:
    """Let a loop run over a list only; over a text it would run for each letter."""
    if not isinstance(value, Sequence | Mapping) or isinstance(value, str):
        raise ValueError(_("a loop needs a list"))
    return value


def _joined(value: object, between: str = "") -> str:
    """Join the items of a list; the items of a text would be its letters."""
    return str(between).join(str(item) for item in _rows(value))  # type: ignore[attr-defined]


class TagEnvironment(SandboxedEnvironment):
    """The environment of all templates; a part of a template is compiled once in a process."""

    intercepted_binops = frozenset(["*", "%"])

    @lru_cache(maxsize=256)  # noqa: B019 - there is one environment of each kind, and it lives as long as the process
    def compiled(self, source: str) -> Compiled:
        """Return a part compiled, from memory if it has come before."""
        return super().from_string(source)

    def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Compiled:  # noqa: A002, ARG002
        """Compile a part; docxtpl calls this for each part of each case."""
        return self.compiled(source)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Let only numbers be multiplied: a text would grow without end."""
        if isinstance(left, str | Sequence) or isinstance(right, str | Sequence):
            raise _Forbidden(operator)
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _judge(tree, 0)
        return tree


@cache
def tag_environment(escape: bool) -> TagEnvironment:
    """Return the environment for XML (`escape`) or for plain text."""
    environment = TagEnvironment(autoescape=escape, undefined=StrictUndefined, finalize=_printed)
    own = {name: environment.filters[name] for name in _FILTERS}
    environment.filters.clear()
    environment.filters.update({**own, **FILTERS, "join": _joined, "_rows": _rows})
    environment.globals.clear()
    return environment


def _judge(node: nodes.Node, loops: int) -> None:
    """Refuse what a tag may not do, named as it is written; make every loop one over a list."""
    if not isinstance(node, _ALLOWED):
        raise _Forbidden(_written(node))
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise _Forbidden(node.attr)
    if isinstance(node, nodes.For):
        loops += 1
        if loops > DEEPEST_LOOP:
            raise _Forbidden(" ".join(["for"] * loops))
        node.iter = nodes.Filter(node.iter, "_rows", [], [], None, None, lineno=node.lineno)
    for child in node.iter_child_nodes():
        _judge(child, loops)


def _written(node: nodes.Node) -> str:
    """Return what a person wrote to get a node: the name that is called, or the keyword of the tag."""
    if isinstance(node, nodes.Call):
        called = node.node
        name = called.attr if isinstance(called, nodes.Getattr) else getattr(called, "name", "")
        return f"{name}()"
    return {"Assign": "set", "AssignBlock": "set", "Pow": "**"}.get(type(node).__name__, type(node).__name__.lower())
