"""Read a DOCX into the model of `model.py`, with styles and numbering resolved as Word does.

Bytes come in; a `model.Document` goes out, with every construct that could not be read in its `lost`. A file that is no
DOCX (no zip, no main part, too large once unpacked) raises `DocumentRefused`.

Clause numbers such as 17.3.1.11 are those of ECMA-376 part 1, where no other standard is named.
"""
