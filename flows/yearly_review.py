"""Flow: the day's reviews and deadlines → notices, one e-mail for each person responsible.

By hand: `avtaleflyt reviews notify`. As a deployment it runs every morning. A second run on the same day sends nothing
twice; e-mails that a mail server did not take wait for the next try, and the run ends as failed so that somebody sees
it.
"""

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.application import reviews
from flows.application.context import current_context
from flows.application.deliver_mail import deliver_mail
from flows.application.host_check import await_register
from flows.application.reviews import DeliveryRound, NoticeRound, ReviewRound
from flows.application.run_outcome import of_reviews
from flows.deployment.run_states import ended, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.language import translate as _
from flows.private_files import keep_files_private

keep_files_private()
use_secret_blocks()


@flow(name="yearly-review", flow_run_name=run_name("Reviews"), validate_parameters=False)
def yearly_review() -> ReviewRound:
    """Update the dates, give notice of what has come within reach, and deliver the e-mails."""
    await_register(current_context())
    update_dates()
    given = notify()
    create_table_artifact(
        key="reviews-due",
        table=reviews.notice_table(given),
        description=_("Reviews and deadlines that came within notice today"),
    )
    made = ReviewRound(given, deliver())
    return ended("notices", of_reviews(made), made)


@task(name="update-dates", cache_policy=NO_CACHE)
def update_dates() -> None:
    """End agreements that have ended, and plan the reviews and deadlines that follow."""
    reviews.update_dates(current_context())


@task(name="notify", cache_policy=NO_CACHE)
def notify() -> NoticeRound:
    """Give every notice that was not given before; e-mails wait in the register until they are delivered."""
    return reviews.notify_due(current_context())


@task(name="deliver", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[2, 10])
def deliver() -> DeliveryRound:
    """Deliver what waits. Raises `NotDelivered` if something still waits or was refused."""
    return deliver_mail(current_context())
