"""Make input workbooks: empty ones, and those of the agreements that a season should renew."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel

from flows.agreements.types import types
from flows.application.agreement_templates import template_paths
from flows.application.context import Context
from flows.application.new_files import check_target, new_file
from flows.dates import oslo_date
from flows.errors import WrongUse
from flows.intake.workbook_writer import write_sheet
from flows.language import translate as _
from flows.register.database import utc_now
from flows.review.renewal_candidates import RenewalCandidate, cases_by_type
from flows.review.renewal_candidates import renewals as renewals_of


def make_sheet(
    context: Context, agreement_type: str, target: Path, season: int | None = None, force: bool = False
) -> None:
    """Write the workbook of an agreement type; with a season, fill in what is to be renewed.

    Raises `WrongUse`, also where the file is there already, unless `force`.
    """
    check_target(target, force)
    if agreement_type not in types():
        raise WrongUse(
            _("There is no agreement «{agreement_type}»; write one of: {names}.").format(
                agreement_type=agreement_type, names=", ".join(types())
            )
        )
    cases: Sequence[BaseModel] = []
    if season is not None:
        cases = cases_by_type(season_renewals(context, season, agreement_type, every=True)).get(agreement_type, [])
        if not cases:
            raise WrongUse(
                _("No {agreement_type} in the register is in force in {season}; no workbook was written.").format(
                    agreement_type=agreement_type, season=season
                )
            )
    with new_file(target, force) as draft:
        write_sheet(types()[agreement_type], draft, oslo_date(utc_now()), cases)


def empty_sheet(agreement_type: str) -> bytes:
    """Return an empty workbook of an agreement type, with headings, drop-downs and help texts."""
    with TemporaryDirectory(prefix="avtaleflyt-") as folder:
        path = Path(folder) / "sheet.xlsx"
        write_sheet(types()[agreement_type], path, oslo_date(utc_now()), [])
        return path.read_bytes()


def season_renewals(
    context: Context, season: int, only_type: str | None = None, *, every: bool = False
) -> list[RenewalCandidate]:
    """Return the agreements that a season should renew or change, each with its reasons; with `every`, all in force."""
    return renewals_of(context.register, season, _template_digests(context), only_type, every=every)


def _template_digests(context: Context) -> dict[str, str]:
    """Return the SHA-256 of the template in force of each agreement type, if there is one."""
    paths = template_paths(context)
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path.exists()}
