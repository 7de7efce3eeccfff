"""Every kind of damage to a tag, by whether it can still be filled."""

from collections.abc import Mapping

from tests.drills.template_damages import (
    Damage,
    beside,
    between,
    comment_on_whole,
    half_formatted,
    half_in,
    instead,
    paragraph_property,
    paragraphs_around,
    plain_runs,
    single_signs,
    texts_of_one_run,
    two_paragraphs,
    whole_in,
)

_WHO = 'w:id="901" w:author="Kari" w:date="2026-11-01T10:00:00Z"'
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_CODE = "<w:r><w:instrText> {} </w:instrText></w:r>"
_CONTROL = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent/></w:sdt>"
_BOUND = '<w:dataBinding w:xpath="/a/b" w:storeItemID="{11111111-2222-3333-4444-555555555555}"/>'

HARMLESS: Mapping[str, Damage] = {
    "plain runs": plain_runs,
    "a run for each sign": single_signs,
    "texts of one run": texts_of_one_run,
    "proofErr": between('<w:proofErr w:type="spellStart"/>', '<w:proofErr w:type="spellEnd"/>'),
    "page break as last set": between("<w:r><w:lastRenderedPageBreak/></w:r>"),
    "cursor bookmark": between('<w:bookmarkStart w:id="77" w:name="_GoBack"/>', '<w:bookmarkEnd w:id="77"/>'),
    "language": half_formatted('<w:lang w:val="nn-NO"/>'),
    "noProof": half_formatted("<w:noProof/>"),
    "font of other scripts": half_formatted('<w:rFonts w:cs="Arial" w:eastAsia="Arial" w:hint="cs"/>'),
    "smartTag": half_in('<w:smartTag w:uri="urn:x" w:element="place"/>'),
    "customXml": half_in('<w:customXml w:uri="urn:x" w:element="place"/>'),
    "permission": between('<w:permStart w:id="5" w:edGrp="everyone"/>', '<w:permEnd w:id="5"/>'),
    "whole tag in link": whole_in('<w:hyperlink w:anchor="x"/>'),
    "whole tag in control": whole_in(_CONTROL.format('<w:tag w:val="navn"/>'), "sdtContent"),
    "whole tag in smartTag": whole_in('<w:smartTag w:uri="urn:x" w:element="place"/>'),
    "spaces in the tag": instead("{{   NAME FILTER  }}"),
    "no spaces in the tag": instead("{{NAME FILTER}}"),
    "condition in the line": instead("{% if NAME %}{{ NAME FILTER }}{% endif %}"),
    "condition in paragraphs": paragraphs_around("{%p if NAME %}", "{%p endif %}"),
    "a note to colleagues": instead("{{ NAME FILTER }}{# husk å spørre #}"),
}

NAMED: Mapping[str, Damage] = {
    "bold half": half_formatted("<w:b/>"),
    "half in another font": half_formatted('<w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>'),
    "comment on the whole tag": comment_on_whole,
}
"""What the check names and what is filled all the same: the text is right, its look or its neighbours may not be."""

HARMFUL: Mapping[str, Damage] = {
    "ins": half_in(f"<w:ins {_WHO}/>"),
    "del": half_in(f"<w:del {_WHO}/>"),
    "moveTo": half_in(f"<w:moveTo {_WHO}/>"),
    "moveFrom": half_in(f"<w:moveFrom {_WHO}/>"),
    "whole tag inserted": whole_in(f"<w:ins {_WHO}/>"),
    "deletion in the tag": between(f"<w:del {_WHO}><w:r><w:delText>x</w:delText></w:r></w:del>"),
    "hyperlink": half_in('<w:hyperlink w:anchor="x"/>'),
    "content control": half_in(_CONTROL.format(""), "sdtContent"),
    "bound control": whole_in(_CONTROL.format(_BOUND + "<w:text/>"), "sdtContent"),
    "simple field": half_in('<w:fldSimple w:instr=" REF x "/>'),
    "whole tag in a field": whole_in('<w:fldSimple w:instr=" DATE "/>'),
    "field begins": between(_FIELD.format("begin"), _CODE.format("REF x"), _FIELD.format("separate")),
    "field within": between(
        _FIELD.format("begin"), _CODE.format("PAGE"), _FIELD.format("separate"), _FIELD.format("end")
    ),
    "comment": between('<w:commentRangeStart w:id="3"/>'),
    "comment mark": between('<w:r><w:commentReference w:id="3"/></w:r>'),
    "bookmark": between('<w:bookmarkStart w:id="78" w:name="del1"/>'),
    "note": between('<w:r><w:footnoteReference w:id="2"/></w:r>'),
    "drawing": between("<w:r><w:drawing/></w:r>"),
    "symbol": between('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'),
    "page break": between('<w:r><w:br w:type="page"/></w:r>'),
    "formula": between("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"),
    "ruby": half_in("<w:r><w:ruby><w:rt/><w:rubyBase/></w:ruby></w:r>", "rubyBase"),
    "direction": half_in('<w:bdo w:val="rtl"/>'),
    "special hyphen": between("<w:r><w:noBreakHyphen/></w:r>"),
    "hidden half": half_formatted("<w:vanish/>"),
    "white half": half_formatted('<w:color w:val="FFFFFF"/>'),
    "tracked look": half_formatted(f"<w:rPrChange {_WHO}><w:rPr/></w:rPrChange>"),
    "tracked paragraph": paragraph_property(f"<w:pPrChange {_WHO}><w:pPr/></w:pPrChange>"),
    "tracked paragraph mark": paragraph_property(f"<w:rPr><w:ins {_WHO}/></w:rPr>"),
    "two paragraphs": two_paragraphs,
    "r prefix": instead("{{r NAME }}"),
    "p prefix": instead("{{p NAME }}"),
    "r control": instead("{%r if NAME %}x{%r endif %}"),
    "text beside p": beside("{%p if NAME %}"),
    "text beside tr": beside("{%tr if NAME %}"),
    "text beside tc": beside("{%tc if NAME %}"),
    "two in a paragraph": paragraphs_around("{%p if NAME %}{%p endif %}", ""),
    "else with text": paragraphs_around("{%p if NAME == 'X' %}", "{%p else %}§ 1 Alt dekkes.{%p endif %}"),
    "no end": paragraphs_around("{%p if NAME %}", ""),
    "end alone": paragraphs_around("", "{%p endif %}"),
    "across paragraphs": paragraphs_around("Før {% if NAME %}", "{% endif %} etter"),
    "note across paragraphs": paragraphs_around("Før {# note", "note #} etter"),
    "eaten space": instead("{{- NAME -}}"),
    "method": instead("{{ NAME.title }}"),
    "call": instead("{{ NAME.upper() }}"),
    "item": instead("{{ NAME['x'] }}"),
    "letter": instead("{{ NAME[0] }}"),
    "self": instead("{{ self }}"),
    "loop": instead("{{ loop }}"),
    "list": instead("{{ [NAME] }}"),
    "list as text": instead("{{ [NAME] ~ '' }}"),
    "tuple": instead("{{ NAME, NAME }}"),
    "comparison": instead("{{ NAME == NAME }}"),
    "unknown name": instead("{{ NAME_ukjent }}"),
    "unknown filter": instead("{{ NAME | finnesikke }}"),
    "minus in a name": instead("{{ NAME-dato }}"),
    "two words": instead("{{ NAME dato }}"),
    "range": instead("{{ range }}"),
    "set": instead("{% set x = NAME %}"),
    "include": instead("{% include 'x' %}"),
    "raw": instead("{% raw %}{{ NAME }}{% endraw %}"),
    **{
        f"left: {words}": beside(words)
        for words in (
            "{NAME}", "{ {NAME} }", "{{{ NAME }}}", "${NAME}", "#{NAME}", "\uff5b\uff5b NAME \uff5d\uff5d", "«NAME»",
            "«fornavn_lege»", "[[NAME]]", "[[ Navn på lege ]]", "<<NAME>>", "[%NAME%]", "<%= NAME %>", "%NAME%",
            "[NAME]", "<NAME>", "@@NAME@@", "[sett inn navn]", "xxx", "{{", "}}", "{%", "%}", "{", "}", "{{ NAME }",
            "{ NAME }}", "{{ NAME {{ NAME }}",
        )
    },
    "merge field": whole_in('<w:fldSimple w:instr=" MERGEFIELD lege "/>'),
    "merge field beside": between(
        _FIELD.format("begin"), _CODE.format("MERGEFIELD lege"), _FIELD.format("separate"), _FIELD.format("end")
    ),
}  # fmt: skip
