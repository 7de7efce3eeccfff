"""Hold a template to the official wording: its fixed text against the text file that lies beside it.

`fixed_text_of` reads what a DOCX template prints in every agreement, fields as tags. `read_fixed_text` and
`write_fixed_text` read and write the file of the official wording, and `compare` names every difference. What differs
in looks alone (fonts, spaces, no-break spaces, soft hyphens, paragraphs) is no difference; what nobody can see is not
there.
"""

from flows.documents.wording.comparison import Deviation, DeviationKind, compare
from flows.documents.wording.extraction import fixed_text_of
from flows.documents.wording.fixed_text import FixedText, read_fixed_text, write_fixed_text

__all__ = [
    "Deviation",
    "DeviationKind",
    "FixedText",
    "compare",
    "fixed_text_of",
    "read_fixed_text",
    "write_fixed_text",
]
