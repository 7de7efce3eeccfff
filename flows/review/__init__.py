"""Yearly reviews and deadlines: an agreement that nobody looks at again is why the line ends with a date.

In: archived agreements with the date of their last signature. Out: review dates and deadlines, each with the rule and
section that it comes from; notices of what comes up, by e-mail to whoever is responsible; calendars. What can go wrong:
a mail server that is away, slow or refuses, which leaves the notice waiting and says so.

Arithmetic alone: `dates`, `kinds`, `deadlines`, `grant`. With the register: `planning` keeps the dates, `due` lists
them, `doing` records what came of a review, `notices` and `post` write and deliver e-mails (`letter` is how they look),
`renewal` finds what must be made anew. For looking: `calendar`, `workbook`, `overview`.
"""

from flows.review.agenda import Due, due_dates, due_reviews
from flows.review.scheduling import keep_dates, plan_first_review

__all__ = ["Due", "due_dates", "due_reviews", "keep_dates", "plan_first_review"]
