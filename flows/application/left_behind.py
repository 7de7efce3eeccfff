"""Find the cases that no flow took up: those that the intake endpoint registered while nobody heard of them."""

from flows.application.context import Context
from flows.register import sending_wishes


def cases_left_behind(context: Context) -> list[tuple[str, bool]]:
    """Return id and whether it is to be sent of each agreement whose flow never ran to its end, the oldest first."""
    with context.register.read() as session:
        return sending_wishes.left_behind(session, context.register.clock())
