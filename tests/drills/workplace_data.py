"""What the drill of pages needs to show: agreements out and ended, exports, templates, runs, e-mails, a held form."""

import zipfile
from datetime import date
from io import BytesIO

from flows.application.access import Actor, Role
from flows.application.agreement_templates import template_paths, upload_template
from flows.application.approval import approve_documents
from flows.application.batch_work import run_waiting_jobs, sending_plan, start_documents, start_sending
from flows.application.context import Context
from flows.application.held_forms import FormContent, hold_form
from flows.application.uploads import keep_upload, take_in_upload
from flows.errors import NotSent
from flows.register import State
from flows.register.account_schema import Account
from flows.register.mail import claim_next, enqueue, settle_mail, waiting_mail
from flows.register.reviews import plan_review
from flows.register.scheduled_runs import claim_run, end_run
from flows.register.signature_requests import newest_request, record_ended
from flows.register.states import MailStatus
from flows.register.workplace_schema import ArchiveExport
from flows.signing.port import SentRequest
from tests.application.test_agreement_list import received, send_case
from tests.application.test_season_steps import cases
from tests.archive.signed_agreements import AT, NAMES, archived, authority, document
from tests.signing.paper_provider import PaperProvider

__all__ = ["ADDRESS", "AT", "BROWSER", "LONG_NAME", "fill"]

LONG_NAME = "Ánne-Márjá Elle Čáhppe-Đorđinasa Guovdageainnu-Kárášjohka-Nordmann"
LETTERS = "ABDEFGHIJK"
ADDRESS = "signatar@kommune.example"
BROWSER = "drill"


def fill(context: Context, people: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Put everything into the register and the store; return the ids that addresses name."""
    made = {**_agreements(context), **_templates(context, people["coordinator"][0])}
    made |= _exports(context, people["archivist"][0])
    made |= _season(context, people["coordinator"][0])
    made |= _archive(context)
    _operation(context)
    with context.register.write() as transaction:
        transaction.session.get_one(Account, people["coordinator"][0]).email = ADDRESS
    form = FormContent(f"/arkiv/{made['out']}/kasser", (("hvorfor", "Utgått etter kommunens regler"),), fresh=True)
    made["held"] = hold_form(context, BROWSER, people["archivist"][1], form)
    return made


def _agreements(context: Context) -> dict[str, str]:
    paper, found = PaperProvider(name="desk"), {}
    for number, name in enumerate((LONG_NAME, "Ola Prøve", "Kari Vik"), start=1):
        about = {"lege_navn": name, "signatar_kommune_epost": ADDRESS}
        agreement_id = received(context.register, "alis", f"{number:09d}", **about)
        send_case(context.register, paper, agreement_id, "alis", **about)
        found[f"out{number}"] = agreement_id
    with context.register.write() as transaction:
        request = newest_request(transaction.session, found["out3"])
        assert request is not None
        record_ended(transaction, request.reference, State.DECLINED, "Feil prosent i punkt 4.1")
    return {"out": found["out1"], "declined": found["out3"]}


def _season(context: Context, account_id: str) -> dict[str, str]:
    """Bring a batch to each step: checked, being made, made, approved, being sent, sent, and stopped half way."""
    acting = context.acting_as(Actor(account_id, "Kari Koordinator", {Role.COORDINATOR: frozenset({"1804"})}))
    scope = frozenset({"1804"})

    def uploaded(*changes: dict[str, object]) -> str:
        return keep_upload(acting, "saker for 2027 Čáhcesuolu.json", cases(*changes), scope)

    def taken(first: int, wanted: int) -> tuple[str, list[str]]:
        names: list[dict[str, object]] = [
            {
                "lege_navn": f"{LONG_NAME}-{LETTERS[n // 10]}{LETTERS[n % 10].lower()}vik",
                "lege_hpr_nummer": f"99{n:07d}",
                "lege_epost": f"{n}@lege.example",
            }
            for n in range(first, first + wanted)
        ]
        batch = uploaded(*names)
        ids = take_in_upload(acting, batch, scope).agreement_ids
        start_documents(acting, batch, scope)
        return batch, list(ids)

    found = {
        "upload_mixed": uploaded({}, {"stillingsprosent": "mye"}, {"kommunenr": "99", "lege_navn": ""}),
        "upload_bad": uploaded({"stillingsprosent": LONG_NAME}),
        "upload_good": uploaded({}),
    }
    batches = {name: taken(number, 2) for number, name in ((10, "made"), (20, "approved"), (30, "sent"), (40, "away"))}
    batches["sending"] = taken(50, 3)
    run_waiting_jobs(context)
    for name, (batch, ids) in batches.items():
        found[name] = batch
        if name != "made":
            approve_documents(acting, [(one, 1) for one in ids], scope)
    for name in ("sent", "away", "sending"):
        start_sending(acting, found[name], scope, sending_plan(acting, found[name], scope).digest)
        paper = context.provider
        if name == "away":
            paper.send = _is_away  # type: ignore[method-assign, assignment]
        if name != "sending":
            run_waiting_jobs(context)
        paper.__dict__.pop("send", None)
    found["making"] = taken(60, 2)[0]
    return found


def _is_away(*_given: object) -> SentRequest:
    raise NotSent("Leverandøren svarer ikke.")


def _archive(context: Context) -> dict[str, str]:
    signer = authority()
    once = signer.sign(document(), NAMES[0], "Signatur1")
    wrong = signer.sign(once, NAMES[0], "Signatur2")
    good = archived(context.register, context.store, context.anchors, number=701)
    bad = archived(context.register, context.store, context.anchors, number=702, signed_pdf=wrong)
    with context.register.write() as transaction:
        for number, day in enumerate((date(2026, 11, 1), date(2026, 12, 20), date(2027, 1, 20))):
            plan_review(transaction, good.agreement_id, number + 1, day, day, day)
    return {"record": good.id, "quarantined": bad.id}


def _templates(context: Context, account_id: str) -> dict[str, str]:
    acting = context.acting_as(Actor(account_id, LONG_NAME, {Role.COORDINATOR: "all"}))
    content = template_paths(context)["alis"].read_bytes()
    wrong = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(wrong, "w") as new:
        for one in old.namelist():
            part = old.read(one)
            new.writestr(one, part.replace(b"kommunen", b"legen") if one == "word/document.xml" else part)
    return {
        "template": upload_template(acting, "alis", content),
        "wrong": upload_template(acting, "alis", wrong.getvalue()),
    }


def _exports(context: Context, account_id: str) -> dict[str, str]:
    now = context.register.clock()
    about = {"account_id": account_id, "asked_by": "drill", "asked_at": now, "municipalities": ["1804"]}
    rows = {
        "ready": ArchiveExport(**about, form="bagit", year=2026, ended_at=now, expires_at=now, sha256="a" * 64, size=9),
        "running": ArchiveExport(**about, form="audit", year=2026, total=400, done=120, leased_until=now),
        "failed": ArchiveExport(
            **about, form="bagit", year=2025, ended_at=now, problem="Ingenting ble arkivert i 2025."
        ),
    }
    with context.register.write() as transaction:
        for name, row in rows.items():
            row.findings = ["DOKUMENT/1.pdf: mangler (M701)"] if name == "failed" else []
            transaction.session.add(row)
        transaction.session.flush()
        return {name: row.id for name, row in rows.items()}


def _operation(context: Context) -> None:
    with context.register.write() as transaction:
        enqueue(transaction, [waiting_mail(f"{number}@example.no", f"<{number}@x>", b"x") for number in range(3)])
        mail = claim_next(transaction, ())
        assert mail is not None
        settle_mail(transaction, mail.id, MailStatus.REFUSED, "550 5.1.1 Recipient address rejected: User unknown")
        for name, problem in (("collect-signed", "Leverandøren svarer ikke."), ("keep-archive", "")):
            claim_run(transaction, name, "vert-1.kommune.example", transaction.now)
            end_run(transaction, name, "vert-1.kommune.example", problem)
