"""Write `docs/reference.md`: every command and every setting, from the code. Run it with `make reference`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined
from typer.main import get_command

from flows.cli import app
from flows.settings import Settings

REFERENCE = Path(__file__).with_name("reference.md")
_HEAD = """# Reference

Made by `make reference` from the code. `avtaleflyt COMMAND --help` says the same.

Every command exits 0 on success, 1 when some cases need a person, 2 on wrong use or a missing component.

## Commands
"""


def commands(command: Any, name: str = "avtaleflyt") -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, with its full name, groups in between."""
    for part, inner in getattr(command, "commands", {}).items():
        if hasattr(inner, "commands"):
            yield from commands(inner, f"{name} {part}")
        else:
            yield f"{name} {part}", inner


def reference() -> str:
    """Return the page as Markdown."""
    lines = [_HEAD]
    for name, command in commands(get_command(app)):
        lines += [f"### `{name}`", "", command.help or "", ""]
        for parameter in command.params:
            names = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
            shown = names if parameter.param_type_name == "option" else f"`{parameter.metavar or parameter.name}`"
            if parameter.name != "help":
                lines.append(f"- {shown}: {getattr(parameter, 'help', '') or parameter.name}")
        lines.append("")
    lines += ["## Settings", "", "From the environment, or from `.env` in the working directory.", ""]
    lines += ["| setting | default | what it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `AVTALEFLYT_{name.upper()}` | {_default(field.default)} | {field.description or ''} |")
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def _default(value: object) -> str:
    if value is PydanticUndefined or value in (None, "") or hasattr(value, "get_secret_value"):
        return "–"
    if isinstance(value, Path) and value.is_absolute():
        return "shipped with the program"
    return f"`{value}`"


def write_reference(path: Path = REFERENCE) -> None:
    """Write the page, whole or not at all. Raises `SystemExit` where the file is one that was not made here."""
    if path.exists() and not path.read_text().startswith(_HEAD[:60]):
        raise SystemExit(f"{path} was not made by `make reference`: move it away first.")
    draft = path.with_suffix(".unfinished")
    draft.write_text(reference())
    draft.replace(path)


if __name__ == "__main__":
    write_reference()
