"""Write the model of a document as semantic HTML with the CSS that makes it look as in Word.

A `docx.model.Document` comes in; a `pages.Page` goes out: one HTML string, its style sheet, and pictures by address.
Nothing here knows DOCX, and nothing reads a file.
"""
