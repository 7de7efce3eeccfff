"""Judges calls and answers by a provider's published OpenAPI file: whatever it does not name is a fault."""

import copy
import json
import re
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.signing.provider_server import Call, Reply

Schema = dict[str, Any]


class Published:
    """An OpenAPI file. `prefix` stands before its paths in our calls."""

    def __init__(self, path: Path, prefix: str = "") -> None:
        self.paths = json.loads(path.read_text())["paths"]
        self.prefix = prefix

    def faults(self, call: Call, reply: Reply, content: object = None) -> list[str]:
        """Return what is wrong with a call and its answer; `content` is what it says, where that is no JSON body."""
        path, _, query = call.path.removeprefix(self.prefix).partition("?")
        here = f"{call.method} {path}"
        operation = self._operation(call.method.lower(), path)
        if operation is None:
            return [f"{here}: no such call"]
        given = {name: values[0] for name, values in urllib.parse.parse_qs(query, strict_parsing=bool(query)).items()}
        known = {one["name"]: one.get("schema", {}) for one in operation.get("parameters", []) if one["in"] == "query"}
        found = [f"{here}: unknown {name}" for name in given.keys() - known.keys()]
        found += [
            f"{here}: {name}={value}"
            for name, value in given.items()
            if not Draft202012Validator(_plain(known.get(name, {}))).is_valid(_as(known.get(name, {}), value))
        ]
        if body := operation.get("requestBody"):
            ((media_type, described),) = body["content"].items()
            if not call.headers.get("Content-Type", "").startswith(media_type):
                found.append(f"{here}: not {media_type}")
            said = json.loads(call.body) if content is None else content
            found += [f"{here}: {fault}" for fault in judged(described["schema"], said)]
        elif call.body:
            found.append(f"{here}: takes no body")
        answer = operation["responses"].get(str(reply.status), {}).get("content", {}).get("application/json")
        if answer and reply.headers["Content-Type"] == "application/json":
            plain = Draft202012Validator(_plain(answer["schema"]))
            found += [f"{here} answers {one.message[:90]}" for one in plain.iter_errors(json.loads(reply.body))]
        return found

    def _operation(self, method: str, path: str) -> Schema | None:
        for template, methods in sorted(self.paths.items(), key=lambda one: one[0].count("{")):
            if method in methods and re.fullmatch(re.sub(r"\\?\{[^/]*?\}", "[^/]+", template), path):
                return dict(methods[method])
        return None


def judged(schema: Schema, value: object) -> list[str]:
    """Return what a schema finds wrong with a value, keys that it does not name included."""
    wrong = [f"{one.json_path} {one.message[:90]}" for one in Draft202012Validator(_plain(schema)).iter_errors(value)]
    return [*wrong, *_unknown([schema], value, "$")]


def _unknown(schemas: Sequence[Schema], value: object, at: str) -> Iterator[str]:
    every = [branch for schema in schemas for branch in _branches(schema)]
    if isinstance(value, list):
        for one in value:
            yield from _unknown([branch["items"] for branch in every if "items" in branch], one, f"{at}[]")
    elif isinstance(value, dict) and any("properties" in branch for branch in every):
        for key, inner in value.items():
            within = [branch["properties"][key] for branch in every if key in branch.get("properties", {})]
            if within:
                yield from _unknown(within, inner, f"{at}.{key}")
            elif not any(branch.get("additionalProperties") for branch in every):
                yield f"{at}.{key} is not known"


def _branches(schema: Schema) -> Iterator[Schema]:
    yield schema
    for kind in ("allOf", "anyOf", "oneOf"):
        for one in schema.get(kind, []):
            yield from _branches(one)


def _plain(schema: Schema) -> Schema:
    """Return a schema of OpenAPI as JSON Schema: null where it is nullable, and no patterns of another dialect."""
    found = copy.deepcopy(schema)

    def walk(one: object) -> None:
        if isinstance(one, dict):
            if isinstance(one.get("pattern"), str):
                del one["pattern"]
            if one.pop("nullable", False) and "type" in one:
                one["type"] = [one["type"], "null"]
                if "enum" in one:
                    one["enum"] = [*one["enum"], None]
            for inner in one.values():
                walk(inner)
        elif isinstance(one, list):
            for inner in one:
                walk(inner)

    walk(found)
    return found


def _as(schema: Schema, text: str) -> object:
    return json.loads(text) if schema.get("type") in {"number", "integer", "boolean"} else text
