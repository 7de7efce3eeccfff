"""Draw charts, shapes and metafiles (EMF, WMF) as SVG, for which a DOCX holds no ready picture.

A model or a file comes in, with all lengths in points; an SVG goes out, its text as text. What could not be drawn is
returned beside it and raises nothing: a damaged file gives a picture of what could be read, or none.
"""
