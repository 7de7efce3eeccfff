"""Yearly reviews and the deadlines that agreements impose.

In: archived agreements with the date of their last signature. Out: review dates and deadlines, each with the rule and
section that it comes from; notices of what comes up, by e-mail to whoever is responsible; calendars. What can go wrong:
a mail server that is away, slow or refuses, which leaves the notice waiting and says so.

Arithmetic alone: `review_dates`, `deadline_kinds`, `deadlines`, `grant_calendar`. With the register: `scheduling` keeps
the dates, `agenda` lists them, `outcomes` records the result of a review, `notices` and `notice_email` write e-mails,
`renewal_candidates` finds what the next season must renew. Views: `calendar`, `workbook`, `year_overview`.
"""

from flows.review.agenda import AgendaItem, due_dates, due_reviews
from flows.review.scheduling import keep_dates, plan_first_review

__all__ = [
    "AgendaItem",
    "agenda",
    "calendar",
    "due_dates",
    "due_reviews",
    "keep_dates",
    "notice_email",
    "notices",
    "outcomes",
    "plan_first_review",
    "renewal_candidates",
    "workbook",
    "year_overview",
]
