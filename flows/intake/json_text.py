"""Parse JSON (RFC 8259) without a silent choice: of a key that is there twice nobody can know which value is meant.

Encodings are told by the first bytes: UTF-8, UTF-16 or UTF-32, with or without a mark. `NaN` and `Infinity` are no
JSON, and neither is a number that is too large to be held.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn


class JsonObject(dict[str, Any]):
    """An object as it was parsed; `repeated` are its keys that stand in it more than once."""

    repeated: tuple[str, ...] = ()


def parse_json(content: bytes) -> Any:
    """Return what a JSON text says, its objects as `JsonObject`.

    Raises `UnicodeDecodeError`, `json.JSONDecodeError`, `ValueError` (a number) and `RecursionError`.
    """
    text = content.decode(json.detect_encoding(content))
    return json.loads(
        text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_no_number, parse_float=_finite
    )


def repeated_keys(value: Any, pointer: str) -> Iterator[str]:
    """Yield the JSON pointer of every key that stands twice in one object, in a value and all that it holds."""
    if isinstance(value, dict):
        repeated = value.repeated if isinstance(value, JsonObject) else ()
        yield from (pointer_to(pointer, key) for key in repeated)
        for key, inner in value.items():
            yield from repeated_keys(inner, pointer_to(pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from repeated_keys(inner, f"{pointer}/{index}")


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


def _finite(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise ValueError
    return number
