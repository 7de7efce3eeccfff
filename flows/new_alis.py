"""Flow: one doctor in training is hired → one agreement, generated and sent the same day.

By hand: `avtaleflyt new-alis CASE.json [--send]`. As a deployment it is started by the event `alis.hired`, whose
resource is the agreement: `alis.agreement.<id>`.
"""

from dataclasses import replace

from prefect import flow
from prefect.events import emit_event

from flows.application.outcomes import AgreementOutcome
from flows.renewal_season import generate_chunk, send_agreement


def announce(agreement: str, send: bool) -> None:
    """Emit the event `alis.hired` for an agreement, which starts this flow if it is deployed."""
    emit_event(
        "alis.hired",
        resource={"prefect.resource.id": f"alis.agreement.{agreement}"},
        payload={"agreement": agreement, "send": send},
    )


@flow(name="new-alis", validate_parameters=False)
def new_alis(
    agreement: str, send: bool = False, lossy: bool = False, reason: str = "sent for a new hire"
) -> AgreementOutcome:
    """Make the document of one received agreement and, with `send`, send it for the reason that its event keeps."""
    outcome = generate_chunk([agreement], lossy)[0]
    if send and outcome.ready_to_send:
        return replace(send_agreement(agreement, reason), lost=outcome.lost)
    return outcome
