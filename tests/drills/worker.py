"""What the killed process does: send, replace or resend one agreement, give a link, collect; it passes named points."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from flows.application.collect import collect_signed_agreements, notify_of_pending
from flows.application.context import Context
from flows.archive import open_store
from flows.errors import NotSent, ProviderError, TransitionRefused
from flows.register import Agreement, Register, State, Version, open_register
from flows.register.agreements import (
    GeneratedDocument,
    Reception,
    approve,
    current_version,
    get_agreement,
    receive,
    received_case,
    recognise,
    record_generated,
    start_anew,
)
from flows.register.signature_requests import by_reference
from flows.settings import Settings
from flows.signing.cancellation import withdraw
from flows.signing.port import RequestStatus, Update
from flows.signing.providers.posten import PostenDirectProvider, PostenProvider
from flows.signing.rate_limiter import SharedPollTimes
from flows.signing.sending import send, settle
from flows.signing.signing_links import link_to_sign
from tests.conftest import Clock
from tests.drills.breaking import (
    BreakableLinkProvider,
    BreakableProvider,
    BreakableRegister,
    BreakableSession,
    BreakableStore,
    Points,
)
from tests.drills.scenes import open_adapter
from tests.signing_desk.documents import BOTH

DAYS = 29
"""How long signers have: the longest that Posten's direct flow takes."""
FALLBACK = "postmottak@kommune.example"
"""Who is told of what nobody is responsible for."""


@dataclass(frozen=True)
class Order:
    """What a process is to do, and at which point it dies."""

    provider: str
    address: str
    folder: Path
    now: datetime
    task: str
    agreement_id: str = ""
    kill_at: str = ""
    log: Path | None = None
    mail_server: str = ""


def work(order: Order) -> None:
    """Do it."""
    clock = Clock(order.now)
    points = Points()
    opened = open_register(f"sqlite:///{order.folder / 'register.db'}", clock, actor="drill")
    register = BreakableRegister(opened.engine, opened.clock, opened.actor, passing=points)
    kept = open_store((order.folder / "store").as_uri())
    inner = open_adapter(order.provider, order.address, order.folder, clock, BreakableSession(points))
    if isinstance(inner, PostenProvider):
        inner._poll_times = SharedPollTimes(register, "posten:queue")

    def watch(update: Update) -> None:
        _watch(opened, order.folder, update)

    provider = (
        BreakableLinkProvider(inner, points, watch)
        if isinstance(inner, PostenDirectProvider)
        else BreakableProvider(inner, points, watch)
    )
    anchors = order.folder / ("desk/authority" if order.provider == "desk" else "anchors")
    settings = Settings(
        output=order.folder,
        trust_anchors=anchors,
        smtp_url=SecretStr(order.mail_server),
        mail_from="avtaler@kommune.example",
        notice_to=FALLBACK,
    )
    context = Context(settings, register, BreakableStore(kept.primary, kept.second, points), provider)
    points.kill_at, points.log = order.kill_at, order.log
    if order.task == "send":
        _send(context, order.agreement_id)
    elif order.task == "replace":
        _replace(context, order.agreement_id)
    elif order.task == "link":
        link_to_sign(context.register, context.provider, order.agreement_id, BOTH[0].email)
    elif order.task == "resend":
        with suppress(TransitionRefused):  # the run before has sent it, or does not know
            with context.register.write() as transaction:
                start_anew(transaction, order.agreement_id)
            _make_and_send(context, order.agreement_id)
    else:
        _collect(context)


def _send(context: Context, agreement_id: str) -> None:
    with suppress(NotSent):
        send(context.register, context.provider, agreement_id, BOTH, context.store.get, "ALIS-avtale", DAYS)


def _replace(context: Context, agreement_id: str) -> None:
    """Take in a changed case of an agreement that is out, as `renew --send --replace` does."""
    with context.register.read() as session:
        agreement = get_agreement(session, agreement_id)
        case = received_case(agreement, current_version(session, agreement))
        case = replace(case, case={**case.case, "signatar_kommune_tittel": "ordfører"})
        out = recognise(session, case) is Reception.OUT_FOR_SIGNATURE
    if out:
        with suppress(ProviderError):
            withdraw(context.register, context.provider, agreement_id)
    with context.register.write() as transaction:
        receive(transaction, case)
    _make_and_send(context, agreement_id)


def _make_and_send(context: Context, agreement_id: str) -> None:
    """Give the newest version the document of the first, and send it where it is not out."""
    with context.register.read() as session:
        agreement, first = get_agreement(session, agreement_id), session.get_one(Version, (agreement_id, 1))
    if agreement.version == 1:
        return  # the provider has not let go of it yet
    if agreement.state == State.RECEIVED:
        made = GeneratedDocument("a.docx", "1.0", "a" * 64, first.docx_sha256 or "", first.pdf_sha256 or "", 1)
        with context.register.write() as transaction:
            record_generated(transaction, agreement_id, agreement.version, made)
    with context.register.write() as transaction:
        approve(transaction, agreement_id, "looked at")
    _send(context, agreement_id)


def _collect(context: Context) -> None:
    settle(context.register, context.provider)
    collect_signed_agreements(context)
    notify_of_pending(context)
    with context.register.read() as session:
        wanted = select(Agreement.id).where(Agreement.state == State.APPROVED).order_by(Agreement.received_at)
        approved = list(session.execute(wanted).scalars())
    for agreement_id in approved:  # the next run of the season
        _send(context, agreement_id)


def _watch(register: Register, folder: Path, update: Update) -> None:
    """Write down every acknowledgement of a signed request that is not archived at that moment."""
    if update.status != RequestStatus.SIGNED:
        return
    with register.read() as session:
        request = by_reference(session, update.reference)
        state = get_agreement(session, request.agreement_id).state
    if state != State.ARCHIVED:
        with (folder / "early").open("a") as file:
            file.write(f"{update.reference} {state}\n")
