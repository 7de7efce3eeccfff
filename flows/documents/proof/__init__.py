"""Prove a document past the filler: from the template's own text and the case's values to what its pages show.

`expected` reads a template and a case, `shown_pages` what a reader of the PDF sees, and `faults_of` compares the two;
`text_of` reads a DOCX that is no template. Nothing here uses the filled DOCX. What is wrong is a list of `Fault`s, each
with its words and place; `ProofFailed` is raised with them by the caller.
"""

from flows.documents.proof.comparison import faults_of
from flows.documents.proof.expected_text import expected, text_of
from flows.documents.proof.faults import Fault, ProofFailed
from flows.documents.proof.folding import folded
from flows.documents.proof.shown_text import shown_pages, text_within

__all__ = ["Fault", "ProofFailed", "expected", "faults_of", "folded", "shown_pages", "text_of", "text_within"]
