"""Flow: one doctor in training is hired → one agreement, generated and sent the same day.

By hand: `avtaleflyt new-alis CASE.json [--send]`. As a deployment it is started by the event `alis.hired`, whose
resource is the agreement: `alis.agreement.<id>`.
"""

from dataclasses import replace

from prefect import flow
from prefect.events import emit_event

from flows.application.context import current_context
from flows.application.host_check import require_provider, require_templates
from flows.application.outcomes import AgreementOutcome
from flows.application.run_outcome import of_hire
from flows.deployment.run_states import ended, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.private_files import keep_files_private
from flows.renewal_season import generate_chunk, send_agreement

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
    require_templates(current_context())
    if send:
        require_provider(current_context())
    outcome = generate_chunk([agreement], lossy)[0]
    if send and outcome.ready_to_send:
        outcome = replace(send_agreement(agreement, reason), lost=outcome.lost)
    return ended("new-hire", of_hire(outcome, send), outcome)
