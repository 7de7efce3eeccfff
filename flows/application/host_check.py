"""What a host must have before a run begins. What is missing is wrong set-up, never a verdict on an agreement.

On several hosts one may lack what the others have: it must not refuse documents or quarantine signed files for that.
"""

from flows.agreements.types import types
from flows.application.context import Context
from flows.application.outages import Patience
from flows.archive.history import newer_heads
from flows.archive.proof.trust_anchors import anchors_of
from flows.errors import ComponentMissing, NotAllowed
from flows.language import translate as _
from flows.register.open_requests import open_requests
from flows.register.signed_heads import trusted_keys


def await_register(context: Context, patience: Patience | None = None) -> None:
    """Open the register, and wait for a server that is away as long as a run may.

    Raises `RegisterUnreachable` after that, and what else opening it raises.
    """
    patience = patience or Patience(context.stated_settings.outage_seconds)
    patience.through(lambda: context.register)


def require_templates(context: Context) -> None:
    """Raise `ComponentMissing` unless the template of every type of agreement lies on this host."""
    folder = context.settings.templates
    missing = [kind.template for kind in types().values() if not kind.template_in(folder).is_file()]
    if missing:
        raise ComponentMissing(
            _(
                "This machine lacks the template {template} in {folder}: put it there, or set AVTALEFLYT_TEMPLATES."
            ).format(template=missing[0], folder=folder)
        )


def require_provider(context: Context) -> None:
    """Open the provider, for a register that has forgotten nothing.

    Raises `WrongUse` if a setting is missing, `ComponentMissing` if a secret cannot be read, `NotAllowed` as
    `require_newest_register`.
    """
    _opened = context.provider
    require_newest_register(context)


def require_newest_register(context: Context) -> None:
    """Raise `NotAllowed` where the store tells of a later moment than the register: an old database was put back.

    What was sent since is not in it, and would be sent again.
    """
    keys = trusted_keys(context.stated_settings.head_keys_folder)
    with context.register.read() as session:
        forgotten = next(newer_heads(session, context.store, keys), None)
    if forgotten is not None:
        raise NotAllowed(
            _(
                "The register has been put back to an earlier moment: the store knows of head {number}. Nothing was "
                "sent or fetched. Say so with avtaleflyt reconcile --restored."
            ).format(number=forgotten.number)
        )


def require_anchors(context: Context) -> None:
    """Raise `ComponentMissing` if something is out for signature and this host trusts nobody who could have signed."""
    with context.register.read() as session:
        waiting = open_requests(session, context.provider.name)
    if waiting and not anchors_of(context.anchors, context.provider.name).signers:
        raise ComponentMissing(
            _(
                "This machine has no certificates to judge signatures by: put those of the provider in {folder}, or "
                "set AVTALEFLYT_TRUST_ANCHORS. Nothing was fetched."
            ).format(folder=context.anchors)
        )
