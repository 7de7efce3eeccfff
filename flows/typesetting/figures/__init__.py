"""Draws what a DOCX holds no ready picture of, as SVG: charts, shapes, and pictures made of drawing orders (EMF, WMF).

What is to be drawn comes in, all lengths in points; an SVG goes out, its text as text. What could not be drawn is said
beside it, never raised: a damaged file ends in a picture of what could be read, or in none.
"""
