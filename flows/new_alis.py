"""Flow: one doctor in training is hired → one agreement, generated and sent the same day.

By hand: `avtaleflyt new-alis CASE.json [--send]`. As a deployment it is started by the event `alis.hired`, whose
resource is the agreement: `alis.agreement.<id>`.
"""

from dataclasses import replace

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from flows.application.context import current_context
from flows.application.host_check import await_register, require_provider, require_templates
from flows.application.make_documents import make_documents
from flows.application.outages import Patience
from flows.application.outcomes import AgreementOutcome
from flows.application.run_outcome import of_hire
from flows.application.send import send_agreement as send_one
from flows.deployment.run_states import ended, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.private_files import keep_files_private

keep_files_private()
use_secret_blocks()


def announce(agreement: str, send: bool) -> None:
    """Emit the event `alis.hired` for an agreement, which starts this flow if it is deployed."""
    emit_event(
        "alis.hired",
        resource={"prefect.resource.id": f"alis.agreement.{agreement}"},
        payload={"agreement": agreement, "send": send},
    )


@flow(name="new-alis", flow_run_name=run_name("New hire"), validate_parameters=False)
def new_alis(
    agreement: str, send: bool = False, lossy: bool = False, reason: str = "sent for a new hire"
) -> AgreementOutcome:
    """Make the document of one received agreement and, with `send`, send it for the reason that its event keeps."""
    await_register(current_context())
    require_templates(current_context())
    if send:
        require_provider(current_context())
    outcome = make_document(agreement, lossy)
    if send and outcome.ready_to_send:
        outcome = replace(send_agreement(agreement, reason), lost=outcome.lost)
    return ended("new-hire", of_hire(outcome, send), outcome)


@task(name="make-document", cache_policy=NO_CACHE)
def make_document(agreement_id: str, lossy: bool = False) -> AgreementOutcome:
    """Make the document of one agreement."""
    patience = Patience(current_context().settings.outage_seconds)
    return patience.through(lambda: make_documents(current_context(), [agreement_id], lossy))[0]


@task(name="send-agreement", cache_policy=NO_CACHE)
def send_agreement(agreement_id: str, reason: str) -> AgreementOutcome:
    """Send one agreement. Only a request that certainly never reached the provider is tried again."""
    patience = Patience(current_context().settings.outage_seconds)
    return patience.through(lambda: send_one(current_context(), agreement_id, reason))
