"""Ask whether WeasyPrint's private functions that are relied on still have the parameters that they had."""

import inspect
from collections.abc import Callable
from typing import Any

import weasyprint

from flows.errors import ComponentMissing
from flows.language import translate as _


def parameters_of(function: Callable[..., Any]) -> list[str]:
    """Return the names of a function's parameters, in order."""
    return list(inspect.signature(function).parameters)


def another_weasyprint() -> ComponentMissing:
    """Return the refusal of a WeasyPrint whose functions have other parameters, with how to install the right one."""
    return ComponentMissing(
        _("WeasyPrint {version} cannot set pages as this program needs; install it with: {line}").format(
            version=weasyprint.__version__, line='pip install "weasyprint>=70,<71"'
        )
    )
