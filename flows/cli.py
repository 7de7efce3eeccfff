"""The command line: `avtaleflyt --help` is the map.

Every command exits 0 on success, 1 when some cases need a person, 2 on wrong use or a missing component; what went
wrong is one sentence on standard error. `--json` prints results for programs.
"""

import logging
import sys
from pathlib import Path

import typer

from flows.application.context import current_context
from flows.commands import (
    accounts,
    agreement_types,
    agreements,
    archive,
    cases,
    console,
    convert,
    deliver,
    demo,
    doctor,
    help_texts,
    reconcile,
    reviews,
    serve,
    sheet,
    templates,
    upgrade,
)
from flows.deployment.embedded_server import use_embedded_prefect
from flows.deployment.secret_blocks import use_secret_blocks
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.logging_setup import logging_to_file
from flows.private_files import keep_files_private
from flows.settings import LogLevel
from flows.system_errors import system_refusal

_log = logging.getLogger("flows.cli")  # not `__main__`, as it is called when run as a module
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From cases in a spreadsheet to signed, archived agreements that are reviewed every year.",
)
for group in (demo, convert, doctor, sheet, cases, agreements, deliver, reconcile, serve, upgrade):
    app.add_typer(group.app)
app.add_typer(archive.app, name="archive")
app.add_typer(templates.app, name="template")
app.add_typer(agreement_types.app, name="type")
app.add_typer(reviews.app, name="reviews")
app.add_typer(accounts.app, name="account")
use_secret_blocks()


def main() -> None:
    """Run a command; whatever goes wrong ends as one sentence and an exit code."""
    keep_files_private()
    log = Path("output", "avtaleflyt.log")
    try:
        settings = current_context().stated_settings
        log = settings.log_file
        with logging_to_file(log, settings.log_level):
            use_embedded_prefect(settings)
            help_texts.run(app)
    except AvtaleflytError as error:
        console.err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        console.err.print(_("Stopped. Nothing is lost: the same command goes on from here."))
        sys.exit(130)
    except OSError as error:
        if told := system_refusal(error):
            console.err.print(told, markup=False, soft_wrap=True)
        else:
            _tell_fault(log)
        sys.exit(2)
    except Exception:  # noqa: BLE001 - whatever it was is logged, and told in one sentence
        _tell_fault(log)
        sys.exit(2)


def _tell_fault(log: Path) -> None:
    """Log the exception that is being handled, and say in one sentence where."""
    with logging_to_file(log, LogLevel.ERROR):
        _log.exception("A fault in the program stopped the command.")
    told = _("A fault in the program stopped the command; {log} says where. Please report it.")
    console.err.print(told.format(log=log), markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
