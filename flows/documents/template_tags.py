"""Limit what tags in a template may do: print values, choose and repeat; no calls, assignments, macros or includes.

A sandbox of Jinja keeps tags away from the insides of Python. This is narrower: it also keeps them from running for
ever or filling the memory, and what is not allowed is found when the template is read, not when it is filled.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, Undefined, nodes
from jinja2 import Template as Compiled
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
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
_FILTERS = ("default", "d", "length", "count", "round")
_TEXT_FILTERS = ("upper", "lower", "capitalize", "title", "trim")
#: What a tag may ask of the loop it stands in.
_LOOP = ("index", "index0", "revindex", "revindex0", "first", "last", "length")
#: Names that Jinja gives to what is no value.
_NO_VALUES = ("self", "super", "caller", "varargs", "kwargs")


class EmptyValue(TemplateError):
    """A value that would print nothing."""


class Unprintable(TemplateError):
    """What is neither text, nor a number, nor a date."""


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
    """Refuse what would leave a hole in an agreement; every tag that prints ends in this filter.

    Jinja's own hook, `finalize`, sees a constant only after it has become text.
    """
    if value is None or (isinstance(_shown(value), str) and not str(value).strip()):
        raise EmptyValue
    return value


def _shown(value: object) -> object:
    """Return text, a number or a date as it is; raise `Unprintable` for everything else, and for a missing value."""
    if isinstance(value, Undefined):
        str(value)  # raises, with the name
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | date):
        raise Unprintable(_("only text, numbers and dates are printed"))
    return value


def _on_text(change: Callable[..., str]) -> Callable[..., str]:
    """Let a filter of Jinja change text only; of a list it would change how Python writes it."""

    def changed(value: object, *options: object) -> str:
        return change(_shown(value), *options)

    return changed


def _rows(value: object) -> Sequence[object] | Mapping[str, object]:
    """Let a loop run over a list only; over a text it would run for each letter."""
    if not isinstance(value, Sequence | Mapping) or isinstance(value, str):
        raise ValueError(_("a loop needs a list"))
    return value


def _joined(value: object, between: str = "") -> str:
    """Join the items of a list; the items of a text would be its letters."""
    return str(between).join(str(_shown(item)) for item in _rows(value))


def _first(value: object) -> object:
    """Return the first item of a list."""
    items = list(_rows(value))
    if not items:
        raise EmptyValue
    return items[0]


def _last(value: object) -> object:
    """Return the last item of a list."""
    items = list(_rows(value))
    if not items:
        raise EmptyValue
    return items[-1]


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

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an entry of a mapping, or what a loop tells of itself; no other value has parts."""
        if isinstance(obj, LoopContext):
            return getattr(obj, attribute) if attribute in _LOOP else self.undefined(obj=obj, name=attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an entry of a mapping or an item of a list."""
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, list | tuple) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _judge(tree, 0)
        return tree


@cache
def tag_environment(escape: bool) -> TagEnvironment:
    """Return the environment for XML (`escape`) or for plain text."""
    environment = TagEnvironment(autoescape=escape, undefined=StrictUndefined)
    own = {name: environment.filters[name] for name in _FILTERS}
    own |= {name: _on_text(environment.filters[name]) for name in _TEXT_FILTERS}
    environment.filters.clear()
    environment.filters.update(
        {
            **own,
            **FILTERS,
            "join": _joined,
            "first": _first,
            "last": _last,
            "_rows": _rows,
            "_shown": _shown,
            "_printed": _printed,
        }
    )
    environment.globals.clear()
    return environment


def _judge(node: nodes.Node, loops: int) -> None:
    """Refuse what a tag may not do, named as it is written; make every loop one over a list, and join only values."""
    if not isinstance(node, _ALLOWED):
        raise _Forbidden(_written(node))
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise _Forbidden(node.attr)
    if isinstance(node, nodes.Name) and node.name in _NO_VALUES:
        raise _Forbidden(node.name)
    if isinstance(node, nodes.Concat):
        node.nodes = [_filtered(one, "_shown") for one in node.nodes]
    if isinstance(node, nodes.Output):
        node.nodes = [one if isinstance(one, nodes.TemplateData) else _filtered(one, "_printed") for one in node.nodes]
    if isinstance(node, nodes.For):
        loops += 1
        if loops > DEEPEST_LOOP:
            raise _Forbidden(" ".join(["for"] * loops))
        node.iter = _filtered(node.iter, "_rows")
    for child in node.iter_child_nodes():
        _judge(child, loops)


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _written(node: nodes.Node) -> str:
    """Return what a person wrote to get a node: the name that is called, or the keyword of the tag."""
    if isinstance(node, nodes.Call):
        called = node.node
        name = called.attr if isinstance(called, nodes.Getattr) else getattr(called, "name", "")
        return f"{name}()"
    return {"Assign": "set", "AssignBlock": "set", "Pow": "**"}.get(type(node).__name__, type(node).__name__.lower())
