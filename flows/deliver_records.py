"""Flow: archived agreements → the municipality's own archive system.

Takes in what the archive answered, settles what an earlier run was cut off from, and delivers what is due, several
records a run. By hand: `avtaleflyt deliver`. As a deployment it runs every quarter of an hour.
"""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.application import collect
from flows.application import deliver_records as delivering
from flows.application.context import current_context
from flows.application.deliver_records import DeliveryRound
from flows.application.host_check import await_register
from flows.application.run_outcome import of_delivery
from flows.deployment.run_states import ended, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.private_files import keep_files_private

keep_files_private()
use_secret_blocks()


@flow(name="deliver-records", flow_run_name=run_name("Delivery"), validate_parameters=False)
def deliver_records() -> DeliveryRound:
    """Deliver what is due once; without an archive system in the settings there is nothing to do."""
    await_register(current_context())
    made = deliver() if current_context().archive_settings is not None else DeliveryRound()
    notify_of_pending()
    return ended("delivered", of_delivery(made), made)


@task(name="deliver", cache_policy=NO_CACHE)
def deliver() -> DeliveryRound:
    """Take in answers, settle what hangs, and send what is due."""
    return delivering.deliver_records(current_context())


@task(name="notify-of-pending", cache_policy=NO_CACHE)
def notify_of_pending() -> None:
    """Tell by e-mail of what waits for a person, if that is set up."""
    collect.notify_of_pending(current_context())
