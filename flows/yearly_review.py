"""Flow: the day's reviews and deadlines → notices, one e-mail for each person responsible.

By hand: `avtaleflyt reviews notify`. As a deployment it runs every morning. Twice a day sends nothing twice; e-mails
that a mail server did not take wait for the next try, and the run ends as failed so that somebody sees it.
"""

from dataclasses import dataclass

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.application.context import current_setup
from flows.application.deliver_mail import deliver_mail, sender_of
from flows.mail.smtp import Delivered
from flows.review import keep_dates
from flows.review.notice_email import write_letter
from flows.review.notices import Given, Item, give_notices


@dataclass(frozen=True, slots=True)
class ReviewRound:
    """What a round did: notices given, dates without anybody to tell, and what became of the e-mails."""

    given: Given
    delivered: Delivered


@flow(name="yearly-review", validate_parameters=False)
def yearly_review() -> ReviewRound:
    """Bring the dates up to the day, give notice of what has come within reach, and deliver it."""
    bring_up_to_date()
    given = notify()
    create_table_artifact(
        key="reviews-due",
        table=[_row(one, "told") for one in given.items] + [_row(one, "nobody to tell") for one in given.nobody],
        description="Reviews and deadlines that came within notice today",
    )
    return ReviewRound(given, deliver())


@task(name="bring-up-to-date", cache_policy=NO_CACHE)
def bring_up_to_date() -> None:
    """End what has ended, and write the reviews and deadlines that follow."""
    setup = current_setup()
    keep_dates(setup.register, setup.settings.grant_deadlines)


@task(name="notify", cache_policy=NO_CACHE)
def notify() -> Given:
    """Give every notice that was not given before; the e-mails are kept in the register until they are delivered."""
    setup = current_setup()
    settings = setup.settings
    if not settings.smtp_url.get_secret_value():
        return give_notices(setup.register)
    sender = sender_of(setup)
    return give_notices(
        setup.register,
        lambda address, items, today: write_letter(sender, address, items, today, setup.register.clock()),
        settings.notice_to,
    )


@task(name="deliver", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[2, 10])
def deliver() -> Delivered:
    """Deliver what waits. Raises `NotDelivered` where something still waits or was refused."""
    return deliver_mail(current_setup())


def _row(one: Item, told: str) -> dict[str, str | int | bool | None]:
    return {**one.due.as_json(), "reminder": one.reminder, "told": told}
