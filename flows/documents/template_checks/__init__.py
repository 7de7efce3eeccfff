"""What a template is looked over for, one module a kind of fault; `template_check` asks them all.

A part of the template, or its paragraphs, come in; `TemplateFault`s go out. Nothing is raised: a template has many
faults at once, and whoever mends it wants to know all of them.
"""

from flows.documents.template_checks.accessibility import undescribed_pictures
from flows.documents.template_checks.appearance import (
    letters_that_look_different,
    pages_that_look_different,
    rows_that_grow,
    tables_beyond_the_paper,
)
from flows.documents.template_checks.conditions import Choices, idle_conditions
from flows.documents.template_checks.contents import foreign_contents, tags_outside_text, unfilled_tags
from flows.documents.template_checks.expressions import expression_faults, used_names
from flows.documents.template_checks.fonts import missing_fonts
from flows.documents.template_checks.foreign_syntax import foreign_tags
from flows.documents.template_checks.revisions import comments, tracked_changes
from flows.documents.template_checks.stored_results import stored_results
from flows.documents.template_checks.tag_places import tag_faults

__all__ = [
    "Choices",
    "comments",
    "expression_faults",
    "foreign_contents",
    "foreign_tags",
    "idle_conditions",
    "letters_that_look_different",
    "missing_fonts",
    "pages_that_look_different",
    "rows_that_grow",
    "stored_results",
    "tables_beyond_the_paper",
    "tag_faults",
    "tags_outside_text",
    "tracked_changes",
    "undescribed_pictures",
    "unfilled_tags",
    "used_names",
]
