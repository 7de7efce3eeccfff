"""Writes the model of a document as semantic HTML with the CSS that gives it Word's looks.

A `docx.model.Document` comes in; a `document.Page` goes out: one HTML string, its style sheet inside, its pictures by
address. Nothing here knows DOCX, and nothing reads a file.
"""
