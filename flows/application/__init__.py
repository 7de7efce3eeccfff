"""The use cases that flows, commands and pages call, one module each.

In: a `Context` with the open register, store and provider, and ids. Out: results as values; one bad case is an
`AgreementOutcome` and never stops the others. What can go wrong: a role that does not allow the action (`NotAllowed`),
a provider that does not answer (`ProviderError`), a component that is missing. Nothing here imports Prefect, prints, or
answers HTTP.
"""

__all__ = [
    "agreement_list",
    "authorization",
    "calendar_feeds",
    "case_standing",
    "check_cases",
    "collect",
    "context",
    "convert_file",
    "deliver_mail",
    "demo",
    "doctor",
    "export_archive",
    "follow_up",
    "health",
    "host_check",
    "intake_call",
    "keep_archive",
    "left_behind",
    "make_documents",
    "official_wording",
    "outcomes",
    "preview",
    "progress",
    "quarantine",
    "reconcile",
    "record_decisions",
    "records",
    "replace",
    "reviews",
    "run_outcome",
    "season",
    "send",
    "sheet",
    "status",
    "take_in",
    "template_check",
    "webhooks",
    "who_was_told",
    "witness",
]
