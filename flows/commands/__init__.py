"""The commands, one module a group; `flows.cli` puts them together."""

__all__ = [
    "accounts",
    "agreement_types",
    "agreements",
    "archive",
    "cases",
    "console",
    "convert",
    "deliver",
    "demo",
    "doctor",
    "help_texts",
    "reconcile",
    "reviews",
    "serve",
    "sheet",
    "templates",
    "upgrade",
]
