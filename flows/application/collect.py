"""Collect signed agreements: poll the provider, archive what everybody has signed, and tell of requests that ended.

Each signed agreement is fetched, stored, verified and archived, and only then acknowledged to the provider. Every step
may be repeated: the next round completes a round that was interrupted anywhere.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field

from flows.application.context import Context
from flows.application.deliver_mail import deliver_mail, sender_of
from flows.application.outages import NO_PATIENCE, Patience
from flows.application.outcomes import AgreementOutcome
from flows.application.progress import Step, progress_of
from flows.application.quarantine import plan_review
from flows.application.witness import record_silent_witnesses
from flows.archive import SignedFiles, file_signed, keep_evidence
from flows.errors import AvtaleflytError, ProviderError, ProviderUnreachable
from flows.language import translate as _
from flows.legible_text import legible
from flows.mail.pending_notices import write_notices
from flows.register import State
from flows.register.agreements import get_agreement
from flows.register.event_comparison import check_request
from flows.register.open_requests import open_requests
from flows.register.pending_conditions import Finding
from flows.register.pending_decisions import record_pending, refresh
from flows.register.pending_schema import PendingKind
from flows.register.signature_requests import by_reference, record_acknowledged, record_late_signature, record_signed
from flows.register.states import REQUEST_ENDED, RecordStatus, RequestState
from flows.signing import Update
from flows.signing.ended_notifications import NotificationAddresses, notify_of_ends
from flows.signing.polling import signed_updates
from flows.signing.portions import portions
from flows.signing.sending import settle

_WAITING = 4
"""How many signed files may wait for the provider or the store while others are judged."""


@dataclass(frozen=True, slots=True)
class CollectionRound:
    """Agreements that a round archived and quarantined, by id, and what went wrong.

    `failures` are agreements that the next round tries again. `provider_errors` and `mail_errors` are about no single
    agreement.
    """

    archived: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    failures: list[AgreementOutcome] = field(default_factory=list)
    provider_errors: list[str] = field(default_factory=list)
    mail_errors: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing waits for a person or for another round."""
        return not (self.quarantined or self.failures or self.provider_errors or self.mail_errors)


def settle_interrupted(context: Context) -> dict[str, State]:
    """Look up at the provider every request whose sending was interrupted; return the states by agreement id."""
    return settle(context.register, context.provider)


def run_round(context: Context, hinted_only: bool = False) -> CollectionRound:
    """Follow up every open request once, archive what is signed, and tell of what waits: the whole of a round.

    With `hinted_only`, only requests that a webhook named are read, and nothing that was cut off is looked up.
    """
    if not hinted_only:
        settle_interrupted(context)
    collected = collect_signed_agreements(context, hinted_only)
    collected.mail_errors.extend(notify_of_pending(context))
    return collected


def collect_signed_agreements(context: Context, hinted_only: bool = False) -> CollectionRound:
    """Poll the provider and archive every agreement that everybody has signed, several at a time.

    Collectors that work at the same time share the open requests between them. An agreement that fails waits for the
    next round. With `hinted_only`, only requests that a webhook named are read.
    """
    register, provider, collected = context.register, context.provider, CollectionRound()
    patience, seen = Patience(context.settings.outage_seconds), 0
    with register.read() as session:
        total = len(open_requests(session, provider.name))
    with progress_of(Step.COLLECTING) as report:
        for portion in portions(register, provider, hinted_only):
            try:
                _collect_portion(
                    context, signed_updates(register, provider, portion, hinted_only=hinted_only), patience, collected
                )
            except ProviderUnreachable as error:  # the other portions wait for the next round, too
                collected.provider_errors.append(str(error))
                break
            except ProviderError as error:
                collected.provider_errors.append(str(error))
            seen += len(portion or ())
            report(min(seen, total), total)
    return collected


def _collect_portion(
    context: Context, updates: Iterator[Update], patience: Patience, collected: CollectionRound
) -> None:
    """Archive what comes, several at a time; the provider is polled meanwhile.

    What was yielded before the provider fails is archived; then its error is raised.
    """
    with ThreadPoolExecutor(_at_once(), thread_name_prefix="collect") as collectors:
        running = []
        try:
            for update in updates:
                run = copy_context().run
                running.append(collectors.submit(run, collect_update, context, update, collected, patience))
        finally:
            for one in running:
                one.result()


def _at_once() -> int:
    """Return how many signed files are dealt with at a time: each core judges one, and some wait for services."""
    return (os.cpu_count() or 1) + _WAITING


def notify_of_pending(context: Context) -> list[str]:
    """Bring what waits for a person up to date, and tell of it by e-mail if that is set up; return what went wrong."""
    refresh(context.register)
    record_silent_witnesses(context)
    if not context.settings.smtp_url.get_secret_value():
        return []
    try:
        sender, fallback = sender_of(context), context.settings.notice_to
        notify_of_ends(context.register, NotificationAddresses(sender, fallback))
        write_notices(context.register, sender, fallback)
        deliver_mail(context)
    except AvtaleflytError as error:  # what is signed was archived all the same
        return [str(error)]
    return []


def collect_update(
    context: Context, update: Update, collected: CollectionRound, patience: Patience = NO_PATIENCE
) -> None:
    """Archive one signed agreement and add its outcome to the round; one that fails is left for the next round."""
    try:
        outcome = patience.through(lambda: archive_signed(context, update))  # every step of it may be repeated
    except AvtaleflytError as error:
        _add_failure(context, update, error.message, collected)
        return
    if outcome.state == State.QUARANTINED:
        collected.quarantined.append(outcome.agreement_id)
    elif outcome.problem:  # the register shows what waits then: a late signature, or a file that a person refused
        collected.failures.append(outcome)
    else:
        collected.archived.append(outcome.agreement_id)


def _add_failure(context: Context, update: Update, problem: str, collected: CollectionRound) -> None:
    try:
        with context.register.write() as transaction:
            agreement_id = by_reference(transaction.session, update.reference).agreement_id
            state = State(get_agreement(transaction.session, agreement_id).state)
            found = Finding(PendingKind.NOT_COLLECTED, update.reference, problem, agreement_id, update.reference)
            record_pending(transaction, found)
    except AvtaleflytError:  # the register itself may be what failed
        collected.provider_errors.append(f"{update.reference}: {problem}")
        return
    collected.failures.append(AgreementOutcome(agreement_id, state, problem))


def archive_signed(context: Context, update: Update) -> AgreementOutcome:
    """Fetch, store, verify and archive one signed agreement, and only then acknowledge it to the provider."""
    with context.register.read() as session:
        request = by_reference(session, update.reference)
        check_request(session, request)
    if request.status == RequestState.REFUSED:  # not acknowledged yet; another request may be out
        return _acknowledge_refused(context, update, request.agreement_id)
    signed = context.provider.fetch_signed(update)
    evidence = [keep_evidence(context.store, one.name, one.media_type, one.content) for one in signed.evidence]
    digest = context.store.put(signed.pdf)
    names, addresses = tuple(map(legible, signed.signed_by)), tuple(map(legible, signed.signed_addresses))
    files = SignedFiles(digest, evidence, names, addresses, signed.pdf)
    with context.register.write() as transaction:
        request = by_reference(transaction.session, update.reference)  # a person may have decided during the download
        if request.status in REQUEST_ENDED:
            record_late_signature(transaction, update.reference, files.pdf_digest)
            state = State(get_agreement(transaction.session, request.agreement_id).state)
            late = _("signed after the request had ended here; the file is kept")
            return AgreementOutcome(request.agreement_id, state, late)
        if request.status == RequestState.OPEN:
            record_signed(transaction, update.reference)
    judge = context.settings.pdfa_judge
    record = file_signed(context.register, context.store, context.anchors, update.reference, files, pdfa_judge=judge)
    if record.status == RecordStatus.QUARANTINED:
        return AgreementOutcome(record.agreement_id, State.QUARANTINED, "; ".join(record.details["faults"]))
    plan_review(context.register, record)
    context.provider.acknowledge(update)
    with context.register.write() as transaction:
        record_acknowledged(transaction, update.reference)
    return AgreementOutcome(record.agreement_id, State.ARCHIVED)


def _acknowledge_refused(context: Context, update: Update, agreement_id: str) -> AgreementOutcome:
    context.provider.acknowledge(update)
    with context.register.write() as transaction:
        record_acknowledged(transaction, update.reference)
        state = State(get_agreement(transaction.session, agreement_id).state)
    return AgreementOutcome(agreement_id, state, _("its signed file was refused by a person; the file is kept"))
