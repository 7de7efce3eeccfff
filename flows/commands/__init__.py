"""The commands, one module a group; `flows.cli` puts them together."""

__all__ = [
    "agreements",
    "archive",
    "cases",
    "console",
    "help_texts",
    "machine",
    "reviews",
    "serve",
    "sheet",
    "templates",
]
