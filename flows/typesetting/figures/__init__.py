"""Draw charts, shapes and metafiles (EMF, WMF) as SVG, for which a DOCX holds no ready picture.

A model or a file comes in, with all lengths in points; an SVG goes out, its text as text. What could not be drawn is
returned beside it and raises nothing: a damaged file gives a picture of what could be read, or none.

Clause numbers beginning with 18 to 21 are those of ECMA-376 part 1; those of metafiles (2.1.1 …) are of the
specification that the module names: [MS-EMF], [MS-EMFPLUS] or [MS-WMF].
"""
