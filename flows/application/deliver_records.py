"""Deliver archived agreements to the municipality's own archive system: one round.

Answers come first, so that nothing is repeated or asked about that an answer has settled. Every step may be repeated:
the next round goes on where one was cut off.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.application.delivery_messages import delivery_message
from flows.archive.repair import read_blob
from flows.delivery.answers import read_answers, store_answers
from flows.delivery.archive_settings import ArchiveSettings
from flows.delivery.planning import plan_deliveries
from flows.delivery.port import ArchiveSystem
from flows.delivery.sending import send_due, settle_open
from flows.errors import AvtaleflytError, DeliveryError, DeliveryStopped, WrongUse
from flows.language import translate as _
from flows.register.database import Register
from flows.register.deliveries import IN_FLIGHT, deliveries_in, due_deliveries, in_trial, newest_were_refused
from flows.register.delivery_schema import Delivery
from flows.register.pending_conditions import Finding
from flows.register.pending_decisions import record_all, refresh
from flows.register.pending_schema import PendingKind
from flows.register.rate_limit import take_call
from flows.register.recovery import check_reconciled
from flows.register.states import DeliveryState

_log = logging.getLogger(__name__)
_MOST_REFUSALS = 3
"""Refusals in a row after which nothing more is sent: then it is the set-up that is wrong, and no single record."""


@dataclass(slots=True)
class DeliveryRound:
    """What a round did: messages stored and planned, deliveries sent and settled, and why it was stopped, if it was.

    `states` are the deliveries that were sent or answered, by id.
    """

    stored: int = 0
    planned: int = 0
    asked: int = 0
    states: dict[str, DeliveryState] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, state: DeliveryState) -> int:
        """Return how many deliveries of the round ended in a state."""
        return sum(one == state for one in self.states.values())


def deliver_records(context: Context, wait: Callable[[float], None] = time.sleep) -> DeliveryRound:
    """Take in answers, settle what hangs, plan what is new, and send what is due. Raises `NotAllowed`, `WrongUse`.

    What the archive or the way to it did wrong is a problem of the round; what waits for a person is in `status`.
    """
    authorize(context, Action.DELIVER)
    settings, archive = archive_of(context)
    made = DeliveryRound()
    take_in(context, archive, made)
    try:
        with context.register.read() as session:
            check_reconciled(session)
        made.planned = plan_deliveries(context.register, settings, settings.fiks.per_run)
        archive.check()
        _settle(context.register, settings, archive, made)
        _send(context, settings, archive, made, wait)
    except DeliveryError as error:
        _add_problem(made, error)
    _record_stop(context.register, archive, made)
    refresh(context.register)
    return made


def archive_of(context: Context) -> tuple[ArchiveSettings, ArchiveSystem]:
    """Return the archive system and its settings. Raises `WrongUse` where there is none."""
    settings, archive = context.archive_settings, context.archive_system
    if settings is None or archive is None:
        raise WrongUse(_("There is no archive system: set AVTALEFLYT_ARCHIVE_SYSTEM to its file."))
    return settings, archive


def take_in(context: Context, archive: ArchiveSystem, made: DeliveryRound) -> None:
    """Store what lies in our queue, and act on everything that is stored."""
    try:
        made.stored = store_answers(context.register, archive)
    except DeliveryError as error:
        _add_problem(made, error)
    touched = read_answers(context.register, archive)
    _note_states(context.register, made, touched)


def _settle(register: Register, settings: ArchiveSettings, archive: ArchiveSystem, made: DeliveryRound) -> None:
    """Bring forward what hangs, and note what is left to a person."""
    with register.read() as session:
        hanging = [one.id for one in deliveries_in(session, archive.name, IN_FLIGHT)]
    made.asked = settle_open(register, archive, settings.fiks.days_to_answer)
    with register.read() as session:
        left = [one.id for one in deliveries_in(session, archive.name, [DeliveryState.NEEDS_PERSON])]
    _note_states(register, made, [one for one in hanging if one in left])


def _send(
    context: Context,
    settings: ArchiveSettings,
    archive: ArchiveSystem,
    made: DeliveryRound,
    wait: Callable[[float], None],
) -> None:
    register, limit = context.register, settings.fiks.per_run
    with register.read() as session:
        if newest_were_refused(session, archive.name, _MOST_REFUSALS):
            raise DeliveryStopped(
                _(
                    "The archive has refused {count} in a row, and nothing more is sent: see `avtaleflyt status`."
                ).format(count=_MOST_REFUSALS)
            )
        trial = in_trial(session, archive.name)
    if trial is not None:  # nothing was ever delivered there: one goes first, and its answer is waited for
        limit = 0 if trial else 1
    with register.read() as session:
        due = due_deliveries(session, archive.name, register.clock(), limit)
    make = partial(delivery_message, settings)
    read_file = partial(read_blob, register, context.store)
    for delivery_id in due:
        _keep_pace(register, settings, wait)
        made.states[delivery_id] = send_due(register, archive, delivery_id, make, read_file)
        _log.info("delivery %s: %s", delivery_id, made.states[delivery_id])


def _keep_pace(register: Register, settings: ArchiveSettings, wait: Callable[[float], None]) -> None:
    while True:
        with register.write() as transaction:
            seconds = take_call(
                transaction.session, register.clock(), f"delivery:{settings.archive}", settings.fiks.per_second
            )
        if seconds <= 0:
            return
        wait(seconds)


def _note_states(register: Register, made: DeliveryRound, touched: list[str]) -> None:
    with register.read() as session:
        for delivery_id in touched:
            made.states[delivery_id] = DeliveryState(session.get_one(Delivery, delivery_id).state)


def _add_problem(made: DeliveryRound, error: AvtaleflytError) -> None:
    if error.message not in made.problems:
        made.problems.append(error.message)


def _record_stop(register: Register, archive: ArchiveSystem, made: DeliveryRound) -> None:
    """Keep for people why nothing could be delivered, until a round meets nothing of the kind."""
    found = [Finding(PendingKind.DELIVERY_STOPPED, archive.name, one) for one in made.problems[:1]]
    with suppress(AvtaleflytError), register.write() as transaction:
        record_all(transaction, PendingKind.DELIVERY_STOPPED, found)
