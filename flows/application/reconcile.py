"""After a restore: ask the providers what they hold, show what the register has forgotten, and let sending go on."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.application.witness import keep_heads
from flows.errors import AvtaleflytError, NotAllowed, WrongUse
from flows.language import translate as _
from flows.register.open_requests import providers_used
from flows.register.recovery import record_reconciled, record_restored, unreconciled
from flows.register.signed_heads import newest_head
from flows.signing import HeldRequest
from flows.signing.held_requests import can_be_asked, unknown_requests
from flows.signing.providers.factory import open_provider


@dataclass(frozen=True, slots=True)
class ProviderHoldings:
    """What one provider holds that the register does not know; `problem` says why it could not be asked."""

    provider: str
    unknown: Sequence[HeldRequest] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What every provider said, and whether a restore still waits for a person."""

    holdings: Sequence[ProviderHoldings]
    waiting: bool

    @property
    def unknown(self) -> int:
        """How many requests are not known here."""
        return sum(len(one.unknown) for one in self.holdings)


def compare_with_providers(context: Context) -> Reconciliation:
    """Ask every provider that the register has used, and the one that is set, what it holds under our references."""
    with context.register.read() as session:
        names = sorted(providers_used(session) | {context.settings.provider})
        waiting = unreconciled(session) is not None
    return Reconciliation([_ask(context, name) for name in names], waiting)


def say_restored(context: Context) -> None:
    """Say that the database was put back by its own means, such as to a point in time: sending stops from here on.

    Raises `NotAllowed` for somebody who may not restore, and where that has been said already.
    """
    authorize(context, Action.RESTORE)
    with context.register.write() as transaction:
        if unreconciled(transaction.session) is not None:
            raise NotAllowed(_("That has been said already: run avtaleflyt reconcile."))
        last = newest_head(transaction.session)
        record_restored(transaction, last.label if last else "", transaction.now.isoformat(timespec="seconds"))
    keep_heads(context)


def settle_restore(context: Context, why: str) -> Reconciliation:
    """Say that a person has looked at what the providers hold: sending goes on. Raises `NotAllowed`, `WrongUse`."""
    authorize(context, Action.RESTORE)
    if not why.strip():
        raise WrongUse(_("Say with --why what you have found, and what was done about it."))
    found = compare_with_providers(context)
    if not found.waiting:
        raise NotAllowed(_("No restore waits for anybody."))
    with context.register.write() as transaction:
        record_reconciled(transaction, why, found.unknown)
    keep_heads(context)
    return found


def _ask(context: Context, name: str) -> ProviderHoldings:
    if name == context.settings.provider:
        provider = context.provider
    else:
        try:
            provider = open_provider(context.settings.model_copy(update={"provider": name}), context.register)
        except AvtaleflytError as error:
            return ProviderHoldings(name, problem=str(error))
    if not can_be_asked(provider):
        return ProviderHoldings(name, problem=_("it cannot be asked: look in its own pages what was sent"))
    try:
        return ProviderHoldings(name, unknown_requests(context.register, provider))
    except AvtaleflytError as error:
        return ProviderHoldings(name, problem=str(error))
