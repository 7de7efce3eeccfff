"""Run flows for commands, in this process: as flows of Prefect where there is a server, otherwise without one.

On a machine of its own Prefect would cost more than it gives: it keeps no record that anybody looks at. What the flows
do is the same, since they call the same use cases.
"""

from threading import Lock
from typing import TYPE_CHECKING

from flows.application.context import current_context
from flows.application.schedules import Schedule
from flows.deployment.embedded_server import is_embedded, start_embedded_server
from flows.settings import references_in

if TYPE_CHECKING:  # Prefect is imported after its server's address is set
    from flows.application.collect import CollectionRound
    from flows.application.deliver_records import DeliveryRound
    from flows.application.keep_archive import KeepingResult
    from flows.application.outcomes import AgreementOutcome
    from flows.application.reviews import ReviewRound
    from flows.application.season import SeasonResult

_collecting = Lock()
"""Rounds of collecting in this process: those that webhooks start, and those that are due."""


def local_schedules() -> list[Schedule]:
    """Return what is to be run at set times in this process; nothing where Prefect has a server of its own.

    The times are those of `prefect.yaml`.
    """
    if not is_embedded():
        return []
    return [
        Schedule("sweep-intake", ("*/10 * * * *",), run_sweep),
        Schedule("collect-signed", ("*/5 * * * *",), run_collection),
        Schedule("deliver-records", ("*/15 * * * *",), run_deliveries),
        Schedule("yearly-review", ("0 7 * * *", "0 9-15/2 * * 1-5"), run_reviews),
        Schedule("keep-archive", ("0 2 * * *",), run_keeping),
    ]


def prepare_flows() -> None:
    """Open the register, which is told at once where it cannot be, and start Prefect's server."""
    _ = current_context().register
    start_embedded_server()


def _without_prefect() -> bool:
    """Say whether to run without Prefect: no server elsewhere is named. Its own is started where it holds secrets."""
    _ = current_context().register
    if is_embedded() and references_in(current_context().stated_settings):
        start_embedded_server()
    return is_embedded()


def run_season(batch: str, *, send: bool, lossy: bool = False, include_hidden: bool = False) -> "SeasonResult":
    """Run `renewal-season` on a batch; return what came of it, also if nothing could be sent."""
    if _without_prefect():
        from flows.application import season_run
        from flows.application.host_check import require_provider, require_templates
        from flows.register.work_parts import PartOrder

        require_templates(current_context())
        if send:
            require_provider(current_context())
        order = PartOrder(send, lossy)
        return season_run.run_season(current_context(), batch, order, include_hidden=include_hidden)
    prepare_flows()
    from flows.deployment.run_states import run_flow
    from flows.renewal_season import renewal_season

    return run_flow(renewal_season, batch=batch, send=send, lossy=lossy, include_hidden=include_hidden)


def run_hire(agreement: str, reason: str, *, send: bool, lossy: bool = False) -> "AgreementOutcome":
    """Run `new-alis` on one agreement, for the reason that its event keeps."""
    prepare_flows()
    from flows.deployment.run_states import run_flow
    from flows.new_alis import new_alis

    return run_flow(new_alis, agreement=agreement, send=send, lossy=lossy, reason=reason)


def run_sweep() -> "list[AgreementOutcome]":
    """Run `sweep-intake` once."""
    prepare_flows()
    from flows.deployment.run_states import run_flow
    from flows.sweep_intake import sweep_intake

    return run_flow(sweep_intake)


def run_collection(*, hinted: bool = False) -> "CollectionRound":
    """Run `collect-signed` once; with `hinted`, for the requests alone that a webhook has named."""
    if _without_prefect():
        from flows.application.collect import run_round
        from flows.application.host_check import require_anchors, require_provider

        require_provider(current_context())
        require_anchors(current_context())
        with _collecting:
            return run_round(current_context(), hinted)
    prepare_flows()
    from flows.collect_signed import collect_signed
    from flows.deployment.run_states import run_flow

    with _collecting:
        return run_flow(collect_signed, hinted=hinted)


def run_reviews() -> "ReviewRound":
    """Run `yearly-review`. Raises `NotDelivered`."""
    prepare_flows()
    from flows.deployment.run_states import run_flow
    from flows.yearly_review import yearly_review

    return run_flow(yearly_review)


def run_keeping() -> "KeepingResult":
    """Run `keep-archive`. Raises `StoreDamaged`."""
    prepare_flows()
    from flows.deployment.run_states import run_flow
    from flows.keep_archive import keep_archive

    return run_flow(keep_archive)


def run_deliveries() -> "DeliveryRound":
    """Run `deliver-records` once."""
    prepare_flows()
    from flows.deliver_records import deliver_records
    from flows.deployment.run_states import run_flow

    return run_flow(deliver_records)
