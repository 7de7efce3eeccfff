"""The wording texts beside the templates: the official texts as handed over, in words and in their order."""

import re

import pytest

from flows.agreements.wording_versions import wording_versions
from flows.documents import load_template
from flows.documents.wording import FixedText, compare, fixed_text_of, read_fixed_text, write_fixed_text
from tests.templates.official import OFFICIAL, Official, fold, wording

#: Sentences copied from the official texts by hand, with where they stand.
SAMPLES = {
    "alis-avtale": [
        "Varigheten er begrenset oppad til 5 år, gitt fulltids arbeid.",
        "Dersom statlig tilskudd ikke gis, opphører avtalen.",
        "• Varsle kommunen dersom spesialiseringsløpet midlertidig eller permanent avbrytes.",
        "Inntil 5% av den maksimale tilskuddsrammen per ALIS kan benyttes av kommunen for å understøtte gode",
        "(Elementer i avtaler inngått før 1.1.22, som ikke passer inn under foregående kapitler kan tas inn her.)",
        "4.1.3 Kompensasjon for lavere produktivitet",
    ],
    "tjenesteavtale6-alis": [
        "er inngått mellom {{ kommune_visningsnavn }} (heretter kommunen) og {{ helseforetak_navn }}.",
        "I følge spesialistforskriften §2 skal den vesentlige delen av spesialistutdanningen i allmennmedisin",
        "Det skal i tillegg tildeles individuell utdanningsplan[2] for ALIS.",
        "NLSH skal utstede arbeidsavtale 3-6 måneder før oppstart.",
        "sier opp avtalen med ett års oppsigelsesfrist, jf. helse- og omsorgstjenesteloven § 6-5 andre ledd.",
        "• Opprette en funksjon som ALIS-koordinator.",
        "[Fotnote 4]",
    ],
}

both = pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: official.name)


def shipped(official: Official) -> str:
    """Return the wording text of the template's version."""
    return wording_versions([official.template.parent])[1].text


def on_paper(text: str) -> str:
    """Return words as they stand on the blank form: without fields, with the bare numbers of notes and «xxx»."""
    text = text.replace("{{ kommune_visningsnavn }}", "xxx kommune").replace(
        "{{ helseforetak_navn }}", "Nordlandssykehuset HF"
    )
    return fold(re.sub(r"\[(\d)\]", r"\1", re.sub(r"\{\{.*?\}\}", "", text)))


@both
def test_the_text_is_the_official_one(official: Official) -> None:
    """Word for word the text that was handed over, with its residue mended and nothing else."""
    wanted, text = wording(official), read_fixed_text(shipped(official))
    marks = str.maketrans("•", "-") if "- FOR-2016" in wanted.body else {}  # one form has dashes, the other dots
    assert on_paper(" ".join(text.body)).translate(marks) == wanted.body
    notes = [f"{story.number} {' '.join(story.blocks)}" for story in text.stories if story.kind.value == "Fotnote"]
    assert notes == list(wanted.notes)


@both
def test_sentences_copied_by_hand_stand_in_the_text(official: Official) -> None:
    """Each once, as a person would look for it."""
    text = shipped(official)
    assert [text.count(sample) for sample in SAMPLES[official.name]] == [1] * len(SAMPLES[official.name])


@both
def test_text_template_and_version_agree(official: Official) -> None:
    """The template's own fixed text is the file to the letter, and its version is that of the text."""
    template = load_template(official.template)
    assert template.version == "1.0"
    assert write_fixed_text(fixed_text_of(template.content)) == shipped(official)


@both
def test_a_file_means_what_was_written(official: Official) -> None:
    """Reading gives back the same text, also with the line ends of Windows, and wrapped to lines."""
    text = fixed_text_of(official.template.read_bytes())
    written = write_fixed_text(text)
    assert read_fixed_text(written) == FixedText(text.body, text.stories)
    assert compare(read_fixed_text("\ufeff" + written.replace("\n", "\r\n")), text) == []
    assert compare(read_fixed_text(re.sub(r"(\S{3,}) (?=[a-zæøå])", r"\1\n", written)), text) == []


@both
def test_a_change_is_named_though_the_lines_of_the_file_end_elsewhere(official: Official) -> None:
    """The owner of a wording may supply it wrapped."""
    text = fixed_text_of(official.template.read_bytes())
    wrapped = re.sub(r"(\S{3,}) (?=[a-zæøå])", r"\1\n", write_fixed_text(text))
    word = {"alis-avtale": "automatisk", "tjenesteavtale6-alis": "smidige"}[official.name]
    (found,) = compare(read_fixed_text(wrapped.replace(word, "snart")), text)
    assert "snart" in found.official
    assert word in found.template
