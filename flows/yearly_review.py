"""Flow: the reviews that are due → notices, each given once.

By hand: `avtaleflyt reviews`. As a deployment it runs every morning.
"""

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.review import DueReview, notify_due
from flows.setup import current_setup


@flow(name="yearly-review", validate_parameters=False)
def yearly_review() -> list[DueReview]:
    """Find the reviews that are coming up and keep that they were noticed."""
    due = notify()
    create_table_artifact(
        key="reviews-due",
        table=[one.as_json() for one in due],
        description="Reviews that came within notice today",
    )
    return due


@task(name="notify", cache_policy=NO_CACHE)
def notify() -> list[DueReview]:
    """Give notice of every review that nobody was told of before."""
    return notify_due(current_setup().register)
