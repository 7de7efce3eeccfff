"""Flow: follow up what is out for signature → archived.

Settles what an earlier run was cut off from, polls the provider once, and takes every signed agreement through fetch →
store → verify → archive → acknowledge. Where there is e-mail, people are told of requests that ended unsigned. By hand:
`avtaleflyt collect`. As a deployment it runs every few minutes; where `serve` runs, a webhook brings the request that
it names forward.
"""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.application import steps
from flows.application.context import current_setup
from flows.application.deliver_mail import deliver_mail, sender_of
from flows.application.steps import Collected, Outcome
from flows.errors import AvtaleflytError, ProviderError
from flows.register import State
from flows.signing.ended_notifications import Post, tell_of_endings
from flows.signing.polling import signed_updates
from flows.signing.sending import settle


@flow(name="collect-signed", validate_parameters=False)
def collect_signed(hinted: bool = False) -> Collected:
    """Follow up every open signature request once; with `hinted`, only those that a webhook has named."""
    if not hinted:
        settle_cut_off()
    collected = archive_what_is_signed(hinted)
    if problem := tell_people():
        collected.problems.append(Outcome("", State.SENT, problem))
    return collected


@task(name="settle-cut-off", cache_policy=NO_CACHE)
def settle_cut_off() -> dict[str, str]:
    """Ask the provider about every request whose sending was cut off; return the states by agreement id."""
    setup = current_setup()
    return {agreement_id: str(state) for agreement_id, state in settle(setup.register, setup.provider).items()}


@task(name="archive-what-is-signed", cache_policy=NO_CACHE)
def archive_what_is_signed(hinted: bool = False) -> Collected:
    """Poll once and archive every agreement that everybody has signed; one that fails waits for the next round."""
    setup = current_setup()
    collected = Collected()
    try:
        for update in signed_updates(setup.register, setup.provider, hinted_only=hinted):
            steps.try_to_archive(setup, update, collected)
    except ProviderError as error:  # what was yielded before is archived; the rest waits for the next round
        collected.problems.append(Outcome("", State.SENT, str(error)))
    return collected


@task(name="tell-people", cache_policy=NO_CACHE)
def tell_people() -> str:
    """Tell by e-mail, where there is any, of requests that have ended unsigned; return what went wrong, in words."""
    setup = current_setup()
    if not setup.settings.smtp_url.get_secret_value():
        return ""
    try:
        tell_of_endings(setup.register, Post(sender_of(setup), setup.settings.notice_to))
        deliver_mail(setup)
    except AvtaleflytError as error:  # what is signed was archived all the same
        return str(error)
    return ""
