"""Yearly reviews: an agreement that nobody looks at again is why the line ends with a date.

In: archived agreements with the date of their last signature. Out: review dates, and notices of what is due, each given
once. What can go wrong: nothing but the register; a date that falls on a weekend or a public holiday moves earlier.

`dates` is arithmetic alone; `due` reads and writes the register.
"""

from flows.review.due import DueReview, due_reviews, notify_due, plan_first_review

__all__ = ["DueReview", "due_reviews", "notify_due", "plan_first_review"]
