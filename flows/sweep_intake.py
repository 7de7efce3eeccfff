"""Flow: cases that were registered while nobody heard of them → made and, where that was asked for, sent.

The intake endpoint tells the event `alis.hired` of each case; where Prefect was away, or a run was cut off, this finds
what is left. By hand: `avtaleflyt new-alis --waiting`. As a deployment it runs every ten minutes.
"""

import logging

from prefect import flow

from flows.application.context import current_context
from flows.application.host_check import await_register
from flows.application.left_behind import cases_left_behind
from flows.application.outcomes import AgreementOutcome
from flows.application.run_outcome import of_sweep
from flows.application.season_parts import finish_abandoned_parts
from flows.deployment.run_states import ended, run_flow, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.new_alis import new_alis
from flows.private_files import keep_files_private
from flows.register import State

keep_files_private()
use_secret_blocks()
_log = logging.getLogger(__name__)


@flow(name="sweep-intake", flow_run_name=run_name("Intake"), validate_parameters=False)
def sweep_intake() -> list[AgreementOutcome]:
    """Run the flow of a new hire for every case that was left behind; one that fails stops no other.

    Parts of seasons whose machines have ended are done first.
    """
    await_register(current_context())
    outcomes = _left_of_seasons()
    reason = "sent as it was asked for at the intake endpoint"
    for agreement_id, send in cases_left_behind(current_context()):
        try:
            outcomes.append(run_flow(new_alis, agreement=agreement_id, send=send, reason=reason))
        except AvtaleflytError as error:
            outcomes.append(AgreementOutcome(agreement_id, State.RECEIVED, str(error)))
        except Exception:  # noqa: BLE001 - a fault in the program is logged, and stops no other case
            _log.exception("A case that was left behind could not be made or sent.", extra={"agreement": agreement_id})
            outcomes.append(AgreementOutcome(agreement_id, State.RECEIVED, _("A fault in the program; see the log.")))
    return ended("intake-swept", of_sweep(outcomes), outcomes)


def _left_of_seasons() -> list[AgreementOutcome]:
    done = finish_abandoned_parts(current_context())
    return [each for one in done for each in one.agreements]
