"""Flow: one doctor in training is hired → one agreement, generated and sent the same day.

By hand: `avtaleflyt new-alis CASE.json [--send]`. As a deployment it is started by the event `alis.hired`, whose
resource is the agreement: `alis.agreement.<id>`.
"""

from dataclasses import replace

from prefect import flow
from prefect.events import emit_event

from flows.application.steps import Outcome
from flows.register import State
from flows.renewal_season import generate_chunk, send_agreement


def announce(agreement: str, send: bool) -> None:
    """Tell the event `alis.hired` of an agreement, which starts this flow where it is deployed."""
    emit_event(
        "alis.hired",
        resource={"prefect.resource.id": f"alis.agreement.{agreement}"},
        payload={"agreement": agreement, "send": send},
    )


@flow(name="new-alis", validate_parameters=False)
def new_alis(agreement: str, send: bool = False, lossy: bool = False) -> Outcome:
    """Generate the document of one received agreement and, with `send`, send it; `lossy` as for the renewal."""
    outcome = generate_chunk([agreement], lossy)[0]
    if send and outcome.state in {State.GENERATED, State.APPROVED}:
        return replace(send_agreement(agreement), lost=outcome.lost)
    return outcome
