"""Deliver archived agreements to the municipality's own archive system, and keep what it answers.

In: records of our archive, with their files, and what has changed about them. Out: each delivered once, with the
archive's numbers of case and entry; or refused, in the archive's words; or left to a person. What can go wrong:
`DeliveryStopped` where nothing can go before somebody has mended something, `NotHandedOver` where it is tried again by
itself. An answer is no exception: whatever is wrong with it is kept and waits for a person.

`port` is what an archive system can do, and `fiks` the one there is: Fiks Arkiv over Fiks IO. `arkivmelding` builds the
messages, `sending` sends them, `answers` takes in what comes back, `repeats` says what is tried again.
"""

__all__ = [
    "answers",
    "archive_settings",
    "arkivmelding",
    "fiks",
    "planning",
    "port",
    "sending",
]
