"""The formulas of the corpus (OMML, ECMA-376 part 1, 22.1)."""

from tests.typesetting.docx_builder import docx, paragraph

_FORMS = ("bar", "noBar", "lin")


def signs(text: str, properties: str = "") -> str:
    """Return a run of a formula."""
    return f"<m:r><m:rPr>{properties}</m:rPr><m:t>{text}</m:t></m:r>"


def fraction(above: str, below: str, kind: str = "bar") -> str:
    """Return a fraction of what is already OMML."""
    return f'<m:f><m:fPr><m:type m:val="{kind}"/></m:fPr><m:num>{above}</m:num><m:den>{below}</m:den></m:f>'


def bracket(inside: str, opened: str = "(", closed: str = ")") -> str:
    """Return what stands in brackets."""
    said = f'<m:begChr m:val="{opened}"/><m:endChr m:val="{closed}"/>'
    return f"<m:d><m:dPr>{said}</m:dPr><m:e>{inside}</m:e></m:d>"


def total(sign: str, below: str, above: str, inside: str, limits: str = "undOvr") -> str:
    """Return a sum or an integral."""
    said = f'<m:chr m:val="{sign}"/><m:limLoc m:val="{limits}"/>'
    return (
        f"<m:nary><m:naryPr>{said}</m:naryPr><m:sub>{below}</m:sub><m:sup>{above}</m:sup><m:e>{inside}</m:e></m:nary>"
    )


def scripted(kind: str, base: str, **parts: str) -> str:
    """Return a base with what stands beside, above or below it: `sSup`, `sSub`, `sPre`, `limLow` and so on."""
    beside = "".join(f"<m:{name}>{part}</m:{name}>" for name, part in parts.items())
    return f"<m:{kind}>{beside}<m:e>{base}</m:e></m:{kind}>"


def matrix(*rows: str) -> str:
    """Return a matrix; each row is the signs of its cells."""
    written = ("<m:mr>" + "".join(f"<m:e>{signs(cell)}</m:e>" for cell in row.split()) + "</m:mr>" for row in rows)
    return f"<m:m>{''.join(written)}</m:m>"


def formulas() -> dict[str, bytes]:
    """Return every document by the name of its construct."""
    root = '<m:rad><m:radPr><m:degHide m:val="{0}"/></m:radPr><m:deg>{1}</m:deg><m:e>{2}</m:e></m:rad>'
    a, b, n = signs("a"), signs("b"), signs("n")
    made = {
        "fractions": "".join(fraction(a, b, kind) for kind in _FORMS) + fraction(fraction(a, b), n),
        "scripts": scripted("sSup", a, sup=signs("2"))
        + scripted("sSub", a, sub=n)
        + scripted("sSubSup", a, sub=n, sup=signs("2"))
        + scripted("sPre", a, sub=n, sup=signs("2"))
        + scripted("sSup", a, sup=fraction(signs("1"), n)),
        "roots": root.format("1", "", fraction(a, b)) + root.format("0", signs("3"), a),
        "sums": total("∑", signs("k=0"), n, fraction(a, b)) + total("∫", signs("0"), signs("1"), a, "subSup"),
        "brackets": bracket(fraction(a, b)) + bracket(matrix("1 0", "0 1"), "[", "]") + bracket(a, "{", ""),
        "limits": scripted("limLow", signs("lim", "<m:nor/>"), lim=signs("n→∞")) + scripted("limUpp", a, lim=n),
        "lines": f"<m:eqArr><m:e>{a}</m:e><m:e>{b}</m:e></m:eqArr>"
        f'<m:acc><m:accPr><m:chr m:val="\u0302"/></m:accPr><m:e>{a}</m:e></m:acc>'
        f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr><m:e>{a}</m:e></m:bar>'
        f"<m:groupChr><m:e>{a}</m:e></m:groupChr><m:borderBox><m:e>{b}</m:e></m:borderBox>"
        f"<m:func><m:fName>{signs('sin', '<m:nor/>')}</m:fName><m:e>{a}</m:e></m:func>",
    }
    return {
        f"formula-{name}": docx(paragraph("før") + f"<w:p><m:oMathPara><m:oMath>{inside}</m:oMath></m:oMathPara></w:p>")
        for name, inside in made.items()
    }
