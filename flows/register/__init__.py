"""The register: the one truth about what happened to each agreement.

In: validated cases as plain data, outcomes of the stages. Out: agreements, versions, signature requests, records and
reviews, and the chain of events behind them. What can go wrong: a change of state that the table of states does not
have raises `TransitionRefused` and leaves nothing behind; everything else that fails rolls the transaction back.

`database` opens it (SQLite by default, PostgreSQL by URL), `schema` is what it holds, `states` is the table of states,
`events` the chain and `signed_heads` what covers it and every row (`row_digests`); `agreements`, `signature_requests`,
`records` and `reviews` are what the stages do with it; `search_index` is what search reads, `listing_query` what lists
of agreements read.
"""

from flows.register.database import Register, Transaction, open_register
from flows.register.schema import Agreement, Batch, Event, Notice, Record, RecordFile, Review, SignatureRequest, Version
from flows.register.states import State

__all__ = [
    "Agreement",
    "Batch",
    "Event",
    "Notice",
    "Record",
    "RecordFile",
    "Register",
    "Review",
    "SignatureRequest",
    "State",
    "Transaction",
    "Version",
    "account_schema",
    "account_sessions",
    "accounts",
    "actors",
    "agreements",
    "altered_rows",
    "api_keys",
    "archive_schema",
    "batch_schema",
    "batches",
    "calendar_feeds",
    "database",
    "database_url",
    "deadlines",
    "event_chain",
    "event_comparison",
    "events",
    "guards",
    "history_schema",
    "intake_calls",
    "listing_query",
    "listing_schema",
    "listing_update",
    "mail",
    "measurements",
    "open_register",
    "open_requests",
    "parties",
    "pending_conditions",
    "pending_decisions",
    "pending_schema",
    "posting_lists",
    "rate_limit",
    "read_log",
    "record_digests",
    "records",
    "recovery",
    "request_leases",
    "review_schema",
    "reviews",
    "row_digests",
    "schema",
    "search_index",
    "sending_wishes",
    "signature_requests",
    "signed_heads",
    "states",
    "unique_keys",
    "webhooks",
    "work_parts",
    "work_schema",
]
