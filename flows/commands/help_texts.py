"""The help of every command in the language in use, and the command line library's own words too.

The commands say what they do in English, the source language; their help is looked up when the command line is built.
The library has no bokmål, and most of its complaints do not go through gettext: they are recognised by their form.
"""

import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import typer
from rich.markup import escape
from typer import rich_utils
from typer.main import get_command

from flows.commands import console
from flows.language import translate

WORDS = {
    "DEPRECATED_STRING": "(deprecated) ",
    "DEFAULT_STRING": "[default: {}]",
    "ENVVAR_STRING": "[env var: {}]",
    "REQUIRED_LONG_STRING": "[required]",
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "ERRORS_PANEL_TITLE": "Error",
    "ABORTED_TEXT": "Aborted.",
}
"""The library's fixed words, by their names there."""

COMPLAINTS = (
    "Missing argument {name}.",
    "Missing option {name}.",
    "Missing parameter {name}.",
    "Missing command.",
    "No such command {name}.",
    "No such command {name}. Did you mean {names}?",
    "No such option: {name} (Possible options: {names})",
    "No such option: {name} Did you mean {names}?",
    "No such option: {name}",
    "Got unexpected extra argument(s) ({names})",
    "Option {name} requires an argument.",
    "Option {name} does not take a value.",
    "Invalid value for {name}: {complaint}",
    "Invalid value: {complaint}",
    "Value error, {complaint}",
    "{kind} {name} does not exist.",
    "{kind} {name} is a file.",
    "{kind} {name} is a directory.",
    "{kind} {name} is not readable.",
    "{kind} {name} is not writable.",
    "{name} is not one of {names}.",
    "{name} is not a valid integer.",
    "{name} is not in the range {range}.",
    "Input should be a valid integer",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be greater than or equal to {least}",
    "Input should be less than or equal to {most}",
)
"""What the library complains about, most particular first where two forms fit."""

_INTERRUPTED = 130

USAGE = "Usage:"
TRY = "Try `{command}` for help."
SHOW_HELP = "Show this message and exit."


def run(app: typer.Typer) -> None:
    """Run the command that was typed, in the language in use; end with its exit code.

    Raises `KeyboardInterrupt` where it was interrupted, which the library turns into an exit code without a word.
    """
    command = translated(app)
    try:
        code = command(standalone_mode=False)
    except typer.Abort:
        console.err.print(translate("Aborted."))
        sys.exit(1)
    except typer.TyperException as error:
        _complain(error)
        sys.exit(getattr(error, "exit_code", 2))
    if code == _INTERRUPTED:
        raise KeyboardInterrupt
    sys.exit(code if isinstance(code, int) else 0)


def translated(app: typer.Typer) -> Any:
    """Return the commands of an app with their help in the language in use."""
    for name, word in WORDS.items():
        setattr(rich_utils, name, translate(word))
    command = get_command(app)
    for one in every_command(command):
        _translate_command(one)
    return command


def every_command(command: Any) -> Iterator[Any]:
    """Yield a command and all below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from every_command(below)


def translated_complaint(message: str) -> str:
    """Return a complaint of the library in the language in use; as it is where its form is not known."""
    for form in COMPLAINTS:
        parts = re.split(r"\{(\w+)\}", form)
        pattern = "".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        if found := re.fullmatch(pattern, message, re.DOTALL):
            values = found.groupdict()
            if "complaint" in values:
                values["complaint"] = translated_complaint(values["complaint"])
            if "kind" in values:
                values["kind"] = translate(values["kind"])
            return translate(form).format(**values)
    return message


def _translate_command(command: Any) -> None:
    for name in ("help", "short_help", "options_metavar", "subcommand_metavar"):
        if text := getattr(command, name, None):
            setattr(command, name, translate(text))
    command.get_usage = _usage_in_language(command.get_usage)
    if option := command.get_help_option(typer.Context(command)):
        option.help = translate(option.help or SHOW_HELP)
        _translate_type(option)
    for parameter in command.params:
        if text := getattr(parameter, "help", None):
            parameter.help = translate(text)
        if parameter.metavar:
            parameter.metavar = translate(parameter.metavar)
        _translate_type(parameter)


def _usage_in_language(usage: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda context: usage(context).replace(USAGE, translate(USAGE), 1)


def _translate_type(parameter: Any) -> None:
    """Translate the kind of value beside an option, such as `<path>`, where the library shows one."""
    if shown := getattr(parameter, "display_type_rich", None):
        parameter.display_type_rich = lambda ctx: translate(shown(ctx=ctx) or "") or None


def _complain(error: typer.TyperException) -> None:
    """Print what is wrong with the command that was typed; nothing where help was printed in its place."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return
    context = getattr(error, "ctx", None)
    if context is not None:
        console.err.print(context.get_usage(), markup=False, soft_wrap=True)
        hint = translate(TRY).format(command=f"{context.command_path} {context.help_option_names[0]}")
        console.err.print(escape(hint), style="dim", soft_wrap=True)
    told = error.format_message() if hasattr(error, "format_message") else str(error)
    console.err.print(f"{translate('Error')}: {translated_complaint(told)}", markup=False, soft_wrap=True)
