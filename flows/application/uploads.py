"""Uploads: keep a file of cases between pages, say what is wrong with it, and take the good cases in.

An upload is kept in the register under its batch's id, for as long as `LIFE`, and can be read by those alone who work
for all municipalities that its uploader works for.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from flows.agreements.problems import Finding, Problem
from flows.agreements.types import types
from flows.application.case_notices import case_notices, replacement_notices
from flows.application.context import Context
from flows.application.reception import receive_cases
from flows.application.take_in import IntakeResult
from flows.application.upload_view import UploadView, digest_of, view_of
from flows.errors import CasesUnreadable, NotFound, TransitionRefused
from flows.intake import ValidatedCase, ValidatedSource, read
from flows.intake.problem_report import write_report
from flows.intake.register_comparison import as_received, held_back
from flows.intake.register_contradictions import without_contradictions
from flows.language import translate as _
from flows.register import Batch, Transaction
from flows.register.agreements import Reception, ReceptionResult, recognise
from flows.register.batch_schema import Upload
from flows.register.batches import (
    agreements_in_batch,
    latest_uploads,
    remove_expired_uploads,
    upload_in_scope,
)
from flows.register.listing_query import Scope
from flows.register.schema import Json

MOST_BYTES = 10 * 1024 * 1024
"""Largest file that can be uploaded."""
LIFE = timedelta(days=14)
"""How long an upload is kept."""
MOST_SHOWN = 1000
"""Problems that are kept for the page; the marked workbook has all of them."""
SCOPE_RULE = "municipality_scope"
"""The rule of a case of a municipality that whoever uploaded it does not work for."""
_SOURCE = "workplace:upload"
_NAME = re.compile(r"[^\w .,()+-]")


def keep_upload(context: Context, name: str, content: bytes, scope: Scope) -> str:
    """Check a file of cases and keep it; return its batch's id. Raises `CasesUnreadable`, and keeps nothing then."""
    if not content:
        raise CasesUnreadable(_("The file is empty. Choose the workbook with the cases."))
    if len(content) > MOST_BYTES:
        raise CasesUnreadable(_("The file is larger than 10 MB. Divide it, or remove pictures from it."))
    shown_name = _NAME.sub("_", Path(name.replace("\\", "/")).name)[-100:] or "opplasting"
    with _as_file(shown_name, content) as path:
        checked = _checked(context, within_scope(read(path, context.today, context.settings), scope))
    with context.register.write() as transaction:
        remove_expired_uploads(transaction)
        batch = Batch(source=_SOURCE, received_at=transaction.now, cases=checked["count"])
        batch.rejected = checked["count"] - checked["good"]
        transaction.session.add(batch)
        transaction.session.flush()
        upload = Upload(
            batch_id=batch.id,
            name=shown_name,
            size=len(content),
            content=content,
            municipalities=None if scope is None else sorted(scope),
            uploaded_by=transaction.actor,
            uploaded_at=transaction.now,
            expires_at=transaction.now + LIFE,
            checked=checked,
        )
        transaction.session.add(upload)
        transaction.session.flush()
        transaction.note("batch", None, "cases were uploaded and checked", {"batch": batch.id})
        return batch.id


def upload_view(context: Context, batch_id: str, scope: Scope) -> UploadView:
    """Return a kept upload. Raises `NotFound` where there is none, its time is over, or others alone may read it."""
    with context.register.read() as session:
        return view_of(_upload(context, upload_in_scope(session, batch_id, scope)))


def recent_uploads(context: Context, scope: Scope) -> list[UploadView]:
    """Return the newest uploads that may be read within a scope."""
    with context.register.read() as session:
        return [view_of(one) for one in latest_uploads(session, scope, context.register.clock())]


def take_in_upload(context: Context, batch_id: str, scope: Scope, seen: str = "") -> IntakeResult:
    """Register the good cases of an upload, once: a second time changes nothing, whatever the register says by then.

    `seen` is the digest of the view that a person goes on from. Raises `TransitionRefused`, and keeps what is to be
    shown now, where the register or the day has changed that; `NotFound`, `CasesUnreadable`.
    """
    with context.register.read() as session:
        upload = _upload(context, upload_in_scope(session, batch_id, scope))
        name, content, owners = upload.name, upload.content, upload.municipalities
        if upload.taken_in_at is not None:
            return _taken_before(session, batch_id, upload)
    within = None if owners is None else frozenset(owners)
    with _as_file(name, content) as path:
        judged = within_scope(read(path, context.today, context.settings), within)
    if seen:
        _require_seen(context, batch_id, judged, seen)

    def note_taken_in(transaction: Transaction, whole: ValidatedSource) -> None:
        batch = transaction.session.get_one(Batch, batch_id)
        batch.cases, batch.rejected = whole.count, whole.rejected
        kept = transaction.session.get_one(Upload, batch_id)
        kept.taken_in_at = kept.taken_in_at or transaction.now

    done = receive_cases(context, judged, batch_id, note_taken_in)
    judged = done.judged
    return IntakeResult(judged.count, judged.rejected, judged.problems, done.received, None, batch_id)


def _require_seen(context: Context, batch_id: str, judged: ValidatedSource, seen: str) -> None:
    """Raise `TransitionRefused` where the cases would be shown otherwise now, after keeping what is to be shown."""
    checked = _checked(context, judged)
    if digest_of(checked) == seen:
        return
    with context.register.write() as transaction:
        transaction.session.get_one(Upload, batch_id).checked = checked
    raise TransitionRefused(_("The register has changed since you saw this check. Look at it again before you go on."))


def _taken_before(session: Session, batch_id: str, upload: Upload) -> IntakeResult:
    batch = session.get_one(Batch, batch_id)
    rows = agreements_in_batch(session, batch_id, None)
    received = [ReceptionResult(row.agreement_id, Reception(reception)) for row, reception in rows if reception]
    problems = tuple(Problem(**one) for one in upload.checked["problems"])
    return IntakeResult(batch.cases or 0, batch.rejected or 0, problems, tuple(received), None, batch_id)


def marked_workbook(context: Context, batch_id: str, scope: Scope) -> bytes:
    """Return the uploaded workbook with every wrong cell marked and explained. Raises `NotFound`, `CasesUnreadable`."""
    with context.register.read() as session:
        upload = _upload(context, upload_in_scope(session, batch_id, scope))
        name, content, owners = upload.name, upload.content, upload.municipalities
    with _as_file(name, content) as path:
        judged = within_scope(
            read(path, context.today, context.settings), None if owners is None else frozenset(owners)
        )
        with context.register.read() as session:
            judged = without_contradictions(session, judged)
        target = path.with_name("marked.xlsx")
        write_report(path, judged, target)
        return target.read_bytes()


def _checked(context: Context, judged: ValidatedSource) -> Json:
    receptions: Counter[str] = Counter()
    problems: list[Problem] = []
    changed: list[ValidatedCase] = []
    with context.register.read() as session:
        judged = without_contradictions(session, judged)
        for case in judged.cases:
            reception = recognise(session, as_received(case))
            receptions[str(reception)] += 1
            changed += [case] if reception is Reception.CHANGED else []
            if problem := held_back(case, reception):
                problems.append(problem)
        notices = (*replacement_notices(session, changed), *case_notices(context, judged.cases))
    found = sorted([*judged.problems, *problems], key=lambda one: one.level != "error")
    return {
        "count": judged.count,
        "good": len(judged.cases),
        "problems": [one.as_json() for one in found[:MOST_SHOWN]],
        "problem_count": len(found),
        "receptions": {str(one): receptions[one] for one in Reception if receptions[one]},
        "notices": list(notices),
    }


def within_scope(judged: ValidatedSource, scope: Scope) -> ValidatedSource:
    """Return a source without the cases of other municipalities than those in the scope, each with a problem."""
    if scope is None:
        return judged
    good: list[ValidatedCase] = []
    problems: list[Problem] = []
    for case in judged.cases:
        number = types()[case.type].identity(case.case).municipality_number
        if number in scope:
            good.append(case)
            continue
        message = _("You do not work for municipality {number} here. Ask an administrator, or remove the row.")
        finding = Finding("kommunenr", SCOPE_RULE, message.format(number=number))
        problems.append(case.place.problem(finding, number))
    return replace(judged, cases=good, problems=(*judged.problems, *problems)) if problems else judged


@contextmanager
def _as_file(name: str, content: bytes) -> Iterator[Path]:
    """Write an upload to a file of its own for as long as it is read; its name is what messages call it."""
    with TemporaryDirectory(prefix="avtaleflyt-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def _upload(context: Context, upload: Upload | None) -> Upload:
    if upload is None or upload.expires_at <= context.register.clock():
        raise NotFound(_("There is no such upload. Uploads are kept for {days} days.").format(days=LIFE.days))
    return upload
