"""Reads a DOCX into the small model of `model.py`: parts, styles, numbering and stories, resolved as Word does.

Bytes come in; a `model.Document` goes out, with every construct that could not be read in its `lost`. What is no DOCX
(no zip, no main part, too large once unpacked) raises `DocumentRefused`.
"""
