"""Describe the intake endpoint for OpenAPI, from the agreement types."""

from typing import Any

from flows.agreements.fields import CaseField, FieldKind, fields_of
from flows.agreements.types import default_type, types
from flows.application.intake_call import MOST_CASES, RECEPTIONS

LONGEST_KEY = 255
"""Letters of an Idempotency-Key."""

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/CaseProblem"}},
    },
}
CASE_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["pointer", "rule", "level", "detail"],
    "properties": {name: {"type": "string"} for name in ("pointer", "rule", "level", "detail")},
}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["agreements", "warnings"],
    "properties": {
        "agreements": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "type", "id", "reception"],
                "properties": {
                    "pointer": {"type": "string"},
                    "type": {"type": "string"},
                    "id": {"type": "string", "format": "uuid"},
                    "reception": {
                        "type": "string",
                        "enum": list(RECEPTIONS),
                    },
                },
            },
        },
        "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/CaseProblem"}},
    },
}


def _property(field: CaseField) -> dict[str, Any]:
    """Describe a field without binding it: a value may be written in many ways, and the answer says what is wrong."""
    described: dict[str, Any] = {"description": f"{field.column.id} {field.column.label}".strip()}
    if field.choices:
        described["examples"] = [choice.value for choice in field.choices]
    elif field.kind is FieldKind.DATE:
        described["examples"] = ["2027-03-01"]
    return described


def _case(name: str) -> dict[str, Any]:
    fields = fields_of(types()[name].case)
    return {
        "type": "object",
        "description": types()[name].title,
        "properties": {
            "type": {"type": "string", "enum": list(types()), "default": default_type()},
            **{each.name: _property(each) for each in fields.values()},
        },
    }


def _refusal(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": _PROBLEM}}}


def schemas() -> dict[str, Any]:
    """Return the named schemas of the document."""
    return {"CaseProblem": CASE_PROBLEM, **{f"Case_{name}": _case(name) for name in types()}}


_ANY_CASE = {"anyOf": [{"$ref": f"#/components/schemas/Case_{name}"} for name in types()]}

DESCRIPTION: dict[str, Any] = {
    "security": [{"bearer": []}],
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key with equal JSON gives the same answer again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        },
        {
            "name": "send",
            "in": "query",
            "required": False,
            "description": "Whether the documents are sent for signature, too.",
            "schema": {"type": "boolean", "default": False},
        },
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [_ANY_CASE, {"type": "array", "items": _ANY_CASE, "minItems": 1, "maxItems": MOST_CASES}]
                }
            }
        },
    },
    "responses": {
        "202": {
            "description": "Every case is taken in.",
            "content": {"application/json": {"schema": _ANSWER}},
        },
        "400": _refusal("The body is no JSON, or a parameter is wrong."),
        "401": _refusal("The token is missing or wrong."),
        "413": _refusal("Too large."),
        "415": _refusal("Not application/json."),
        "422": _refusal("Nothing is taken in; every problem with its JSON pointer."),
        "503": _refusal("No token is set."),
    },
}

_TIME = {"type": ["string", "null"], "format": "date-time"}
_STANDING: dict[str, Any] = {
    "type": "object",
    "required": ["id", "type", "state", "since", "to_be_sent", "sent_at", "until", "signers", "waiting"],
    "properties": {
        **{name: {"type": "string"} for name in ("id", "type", "state")},
        "since": {"type": "string", "format": "date-time"},
        "to_be_sent": {"type": "boolean"},
        "sent_at": _TIME,
        "until": {"type": ["string", "null"], "format": "date"},
        "signers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["order", "role", "signed", "at"],
                "properties": {
                    "order": {"type": "integer"},
                    "role": {"type": "string"},
                    "signed": {"type": "boolean"},
                    "at": _TIME,
                },
            },
        },
        "waiting": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind", "why", "action", "since"],
                "properties": {name: {"type": "string"} for name in ("kind", "why", "action", "since")},
            },
        },
    },
}
CASE_DESCRIPTION: dict[str, Any] = {
    "security": [{"bearer": []}],
    "responses": {
        "200": {
            "description": "Where the agreement stands; signers are named by their roles alone.",
            "content": {"application/json": {"schema": _STANDING}},
        },
        "401": _refusal("The token is missing or wrong."),
        "404": _refusal("There is no agreement with this id."),
        "503": _refusal("No token is set."),
    },
}
