"""Draw charts, shapes and metafiles (EMF, WMF) as SVG, for which a DOCX holds no ready picture.

A model or a file comes in, with all lengths in points; an SVG goes out, with text as text. Constructs that could not be
drawn are returned beside it and raise nothing: a damaged file gives a picture of what could be read, or none.
"""
