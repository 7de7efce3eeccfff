"""Write the model of a document as semantic HTML, with CSS for the layout of Word.

A `docx.model.Document` comes in; a `pages.Page` goes out: one HTML string, its style sheet, and pictures by address.
This package does not know DOCX, and reads no file.
"""
