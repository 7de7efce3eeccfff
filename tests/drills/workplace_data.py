"""What the drill of pages needs to show: agreements out and ended, exports, templates, runs, e-mails, a held form."""

import zipfile
from io import BytesIO

from flows.application.access import Actor, Role
from flows.application.agreement_templates import template_paths, upload_template
from flows.application.context import Context
from flows.application.held_forms import FormContent, hold_form
from flows.register import State
from flows.register.account_schema import Account
from flows.register.mail import claim_next, enqueue, settle_mail, waiting_mail
from flows.register.scheduled_runs import claim_run, end_run
from flows.register.signature_requests import newest_request, record_ended
from flows.register.states import MailStatus
from flows.register.workplace_schema import ArchiveExport
from tests.application.test_agreement_list import received, send_case
from tests.signing.paper_provider import PaperProvider

LONG_NAME = "Ánne-Márjá Elle Čáhppe-Đorđinasa Guovdageainnu-Kárášjohka-Nordmann"
ADDRESS = "signatar@kommune.example"
BROWSER = "drill"


def fill(context: Context, people: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Put everything into the register and the store; return the ids that addresses name."""
    made = {**_agreements(context), **_templates(context, people["coordinator"][0])}
    made |= _exports(context, people["archivist"][0])
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
