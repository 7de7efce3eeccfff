"""Typesetting: the bytes of a DOCX come in, a tagged PDF/A-2a and a list of what it does not show go out."""
