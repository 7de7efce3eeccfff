"""Flow: follow up what is out for signature → archived.

Settles requests whose sending was interrupted, polls the provider once, archives every signed agreement, and tells by
e-mail of requests that ended unsigned and of what else waits for a person. By hand: `avtaleflyt collect`. As a
deployment it runs every few minutes; where `serve` runs, a webhook starts a round for the request that it names.
"""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.application import collect
from flows.application.collect import CollectionRound
from flows.application.context import current_context
from flows.application.host_check import await_register, require_anchors, require_provider
from flows.application.run_outcome import of_collection
from flows.deployment.run_states import ended, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.private_files import keep_files_private

keep_files_private()
use_secret_blocks()


@flow(name="collect-signed", flow_run_name=run_name("Collect"), validate_parameters=False)
def collect_signed(hinted: bool = False) -> CollectionRound:
    """Follow up every open signature request once; with `hinted`, only those that a webhook has named."""
    await_register(current_context())
    require_provider(current_context())
    require_anchors(current_context())
    if not hinted:
        settle_interrupted()
    collected = archive_signed(hinted)
    collected.mail_errors.extend(notify_of_pending())
    return ended("collected", of_collection(collected), collected)


@task(name="settle-interrupted", cache_policy=NO_CACHE)
def settle_interrupted() -> dict[str, str]:
    """Look up every request whose sending was interrupted; return the states by agreement id."""
    return {one: str(state) for one, state in collect.settle_interrupted(current_context()).items()}


@task(name="archive-signed", cache_policy=NO_CACHE)
def archive_signed(hinted: bool = False) -> CollectionRound:
    """Poll once and archive every agreement that everybody has signed; one that fails waits for the next round."""
    return collect.collect_signed_agreements(current_context(), hinted)


@task(name="notify-of-pending", cache_policy=NO_CACHE)
def notify_of_pending() -> list[str]:
    """Tell by e-mail of what waits for a person, if that is set up; return what went wrong."""
    return collect.notify_of_pending(current_context())
