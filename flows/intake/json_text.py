"""Parse JSON (RFC 8259), and keep what cannot be taken at its word: keys that are there twice, numbers that are none.

Encodings are told by the first bytes: UTF-8, UTF-16 or UTF-32, with or without a mark. `NaN` and `Infinity`, which are
no JSON but are written by many programs, are kept as such, to be told at their place.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from flows.language import translate as _


class JsonObject(dict[str, Any]):
    """An object as it was parsed; `repeated` are its keys that stand in it more than once."""

    repeated: tuple[str, ...] = ()


def parse_json(content: bytes, *, strict: bool = False) -> Any:
    """Return what a JSON text says, its objects as `JsonObject`; `strict` refuses NaN and Infinity.

    Raises `UnicodeDecodeError`, `json.JSONDecodeError`, `ValueError` (a number) and `RecursionError`.
    """
    text = content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number if strict else float)


def faults_in(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield, for a value at a JSON pointer and all that it holds, where something is that nobody can read, and why."""
    if isinstance(value, dict):
        for key in value.repeated if isinstance(value, JsonObject) else ():
            yield pointer_to(pointer, key), twice_in_one_object()
        for key, inner in value.items():
            yield from faults_in(inner, pointer_to(pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from faults_in(inner, f"{pointer}/{index}")
    elif isinstance(value, float) and not math.isfinite(value):
        yield pointer, _("This is no number (NaN or Infinity). Write the number, or leave the key out.")


def twice_in_one_object() -> str:
    """Return the sentence about a key that an object has twice."""
    return _("The key is there twice in one object, and nobody can know which value is meant. Keep one of them.")


def pointer_to(pointer: str, key: str) -> str:
    """Return the JSON pointer (RFC 6901) of a key of the object at a pointer."""
    return f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        found.repeated = tuple(key for key in found if keys.count(key) > 1)
    return found


def _no_number(_name: str) -> NoReturn:
    raise ValueError
