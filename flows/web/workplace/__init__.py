"""The workplace: the pages where coordinators, HR, archivists, auditors and administrators do their work.

In: requests of browsers with a session. Out: whole pages that work without script, from the same use cases as the
command line. What can go wrong is a page of its own: not signed in, not allowed, not there, changed meanwhile, wrong
input. What a person may not see does not exist for them.
"""

__all__ = [
    "static_files",
]
