"""What a host must have before a run begins. What is missing is wrong set-up, never a verdict on an agreement.

On several hosts one may lack what the others have: it must not refuse documents or quarantine signed files for that.
"""

from flows.agreements.types import types
from flows.application.context import Context
from flows.archive.proof.trust_anchors import anchors_of
from flows.errors import ComponentMissing
from flows.language import translate as _
from flows.register.open_requests import open_requests


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
    """Open the provider. Raises `WrongUse` if a setting is missing, `ComponentMissing` if a secret cannot be read."""
    _opened = context.provider


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
