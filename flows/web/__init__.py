"""Pages for people and addresses for programs, on top of the stages.

In: requests over HTTP. Out: pages, calendars and answers of the same functions that the command line calls. What can go
wrong: an address that is unknown, revoked or not for whoever asks, which is answered without a reason.
"""

__all__ = [
    "app",
    "debounce",
    "workplace",
]
