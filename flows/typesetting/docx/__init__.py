"""Read a DOCX into the model of `model.py`, with styles and numbering resolved as Word does.

Bytes come in; a `model.Document` goes out, with every construct that could not be read in its `lost`. A file that is no
DOCX (no zip, no main part, too large once unpacked) raises `DocumentRefused`.
"""
