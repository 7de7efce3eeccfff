"""Flow: one doctor in training is hired → one agreement, generated and sent the same day.

By hand: `avtaleflyt new-alis CASE.json [--send]`. As a deployment it is started by the event `alis.hired`, whose
resource is the agreement: `alis.agreement.<id>`.
"""

from prefect import flow

from flows.register import State
from flows.renewal_season import generate_chunk, send_agreement
from flows.steps import Outcome


@flow(name="new-alis", validate_parameters=False)
def new_alis(agreement: str, send: bool = False) -> Outcome:
    """Generate the document of one received agreement and, with `send`, send it."""
    outcome = generate_chunk([agreement])[0]
    if send and outcome.state in {State.GENERATED, State.APPROVED}:
        return send_agreement(agreement)
    return outcome
