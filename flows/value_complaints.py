"""Say what is wrong with a value that pydantic refused, as a part of a sentence in the language in use."""

import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from flows.language import translate
from flows.language import translate as _


def complaints(error: ValidationError) -> str:
    """Return everything that is wrong with a table of settings, each with its place in it; no value is repeated."""
    faults = [f"{'.'.join(str(step) for step in one['loc'])}: {complaint(one)}" for one in error.errors()]
    return "; ".join(fault.removeprefix(": ") for fault in faults)


def unreadable(error: Exception) -> str:
    """Return why a file of settings (TOML) cannot be read: what the system refuses, or the line that is wrong."""
    if isinstance(error, OSError):
        return translate(error.strerror or "")
    if found := re.search(r"at line (\d+)", str(error)):
        return _("line {number} is not written as TOML").format(number=found[1])
    return _("it is not written as its example")


def complaint(error: ErrorDetails) -> str:
    """Return in the language in use what a value must be, for an error of pydantic's; the value is not repeated."""
    sentences = {
        "missing": _("is missing"),
        "int_parsing": _("must be a whole number"),
        "int_type": _("must be a whole number"),
        "int_from_float": _("must be a whole number"),
        "float_parsing": _("must be a number"),
        "float_type": _("must be a number"),
        "bool_parsing": _("must be true or false"),
        "greater_than": _("must be more than {gt}"),
        "greater_than_equal": _("must be at least {ge}"),
        "less_than_equal": _("must be at most {le}"),
        "string_too_short": _("must have at least {min_length} characters"),
        "string_too_long": _("must have at most {max_length} characters"),
        "too_short": _("must have at least {min_length} elements"),
        "too_long": _("must have at most {max_length} elements"),
        "enum": _("must be one of {names}"),
        "literal_error": _("must be one of {names}"),
        "extra_forbidden": _("is not known"),
        "value_error": _("is not valid: {error}"),
    }
    context = error.get("ctx", {})
    names = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
    return sentences.get(error["type"], _("is not valid")).format(**context, names=names)
