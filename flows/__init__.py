"""Avtaleflyt: from a case in a spreadsheet to a signed, archived and yearly reviewed agreement.

    case  →  agreement  →  document  →  signature  →  record  →  review
    intake   agreements    documents     signing       archive    review

The flow modules here name the steps of the line; each folder is one stage and opens with what comes in, what goes out
and what can go wrong. `flows.register` keeps what happened.
"""

from flows.logging_setup import silence_libraries

silence_libraries()
