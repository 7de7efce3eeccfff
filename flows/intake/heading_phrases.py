"""Headings put together of words: every way in which people join them, for the fields that are called so.

Each phrase is a row of places, and each place a choice of words. A heading is here only where it means its field
whatever stands beside it, like those of `heading_words`.
"""

from collections.abc import Iterator
from itertools import product

_AGREEMENT = ("Gjelder", "Gjeld", "Gyldig", "Avtale", "Avtalen", "Avtalen gjelder", "Avtala gjeld", "Avtaleperiode")
_OF_AGREEMENT = ("avtale", "avtalen", "avtala", "for avtale", "for avtalen", "for avtala", "på avtalen")
_THE_AGREEMENTS = ("Avtale", "Avtalens", "Avtalas")
_OF_TRAINING = tuple(
    f"{joint}{training}"
    for joint in ("", "i ", "av ", "for ")
    for training in (
        *("ny ordning", "ny ordning for spesialistutdanning", "spesialisering", "spesialiseringen", "spesialiseringa"),
        *("spesialistutdanning", "spesialistutdanningen", "spesialistutdanninga", "spesialiseringsløpet"),
    )
)
_STARTS = ("Start", "Startdato", "Oppstart", "Oppstartsdato", "Oppstartdato", "Dato oppstart", "Dato for oppstart")
_ENDS = ("Slutt", "Sluttdato", "Avslutning", "Dato for avslutning")
_EXPECTED = ("Forventet", "Forventa", "Forventet dato for", "Forventa dato for")
_SIGNING = tuple(
    f"{joint}{word}" for joint in ("", "for ") for word in ("signering", "underskrift", "signatur", "underskriving")
)
_TITLES = ("Tittel", "Stilling", "Stillingstittel", "Arbeidstittel")
_POINT = ("", "Pkt.", "Punkt", "Post", "Avsnitt")

_Phrase = tuple[tuple[str, ...], ...]
PHRASES: dict[str, tuple[_Phrase, ...]] = {
    "avtale_gjelder_fra": (
        (_AGREEMENT, ("fra", "frå", "fra dato", "frå dato", "fra og med", "frå og med", "f.o.m.", "fra og med dato")),
        (("Startdato", "Start", "Oppstart", "Oppstartsdato"), _OF_AGREEMENT),
        (_THE_AGREEMENTS, ("start", "startdato", "oppstart", "fra-dato")),
    ),
    "avtale_gjelder_til": (
        (_AGREEMENT, ("til", "til dato", "til og med", "t.o.m.", "til og med dato")),
        (("Sluttdato", "Slutt", "Utløp", "Utløpsdato"), _OF_AGREEMENT),
        (_THE_AGREEMENTS, ("slutt", "sluttdato", "utløp", "utløpsdato", "til-dato")),
    ),
    "oppstart_ny_ordning": ((_STARTS, _OF_TRAINING),),
    "forventet_avslutning": (
        (_EXPECTED, ("slutt", "sluttdato", "avslutning", "avsluttet", "ferdig", "ferdig spesialist", "spesialist")),
        (_EXPECTED, ("avslutning", "avsluttet", "ferdig", "slutt på"), _OF_TRAINING),
        (_ENDS, _OF_TRAINING),
        (("Ferdig",), ("spesialist", "spesialist dato", "med spesialisering", "med spesialiseringen")),
    ),
    "signatur_sted": ((("Sted", "Stad"), _SIGNING), (("Signerings", "Signatur", "Underskrifts"), ("sted", "stad"))),
    "signatur_dato": (
        (("Dato", "Dag"), (*_SIGNING, "signert", "underskrevet")),
        (("Signerings", "Signatur", "Underskrifts"), ("dato", "dag")),
        (("Signert", "Underskrevet"), ("dato",)),
    ),
    "stillingsprosent": (
        (("Stilling", "Stillings", "Stillinga", "Stillingen"), ("prosent", "%", "i prosent", "i %")),
        (("Prosent", "%"), ("", "stilling", "av full stilling", "av stilling", "av heltid", "av 100 % stilling")),
        (("Stillingsprosent", "Stillingsbrøk", "Stillingsandel", "Stillingsstørrelse"), ("", "%", "i prosent", "i %")),
        (("Størrelse", "Storleik"), ("på",), ("stilling", "stillingen", "stillinga")),
    ),
    "stilling_tittel": ((_TITLES, ("/", "og", "eller"), _TITLES),),
    "fravaer_maaneder": (
        (("Fravær",), ("", "i"), ("mnd", "mnd.", "måneder", "månader")),
        (("Antall", "Tal på", "Antal"), ("måneder", "månader", "mnd"), ("", "med"), ("fravær",)),
    ),
    "signatar_kommune_navn": (
        (
            ("Signatar", "Underskriver", "Undertegner", "Signerer", "Hvem signerer", "Hvem som signerer"),
            ("kommune", "kommunen", "for kommune", "for kommunen", "i kommunen"),
        ),
    ),
    "endres_fra": ((("Endres", "Endrast", "Endring"), ("fra", "frå"), ("", "dato", "og med")),),
    "sesongvalg": (
        (("Hva", "Kva"), ("skal",), ("gjøres", "gjerast", "skje")),
        (("Fornyes", "Fornyast"), ("endres", "endrast"), ("", "uendret", "uendra")),
    ),
    "vikariat_varighet_mnd": (
        (("Vikariat",), ("", "i"), ("mnd", "måneder", "månader")),
        (("Vikariat", "Vikariatet", "Vikariatets"), ("varighet", "lengde", "varigheit"), ("", "i mnd", "i måneder")),
        (("Varighet", "Lengde", "Varigheit"), ("", "på", "av"), ("vikariat", "vikariatet")),
    ),
    "vikarbyra_tilknytning": ((("Fra", "Via", "Tilknytning", "Tilknytning til", "Tilknyttet", "Frå"), ("vikarbyrå",)),),
    "kategori": ((("Kategori", "Type"), ("", "av", "for"), ("lege", "legen", "legestilling", "ALIS", "stilling")),),
    "avtalt_praksiskompensasjon": ((_POINT, ("4.1.1",), ("", "praksiskompensasjon", "praksiskomp.")),),
    "avtalt_laeringsaktiviteter": ((_POINT, ("4.1.2",), ("", "læringsaktiviteter", "læringsaktivitetar")),),
    "avtalt_lavere_produktivitet": (
        (_POINT, ("4.1.3",), ("", "lavere produktivitet", "lågare produktivitet")),
        (("Kompensasjon",), ("lavere produktivitet", "lågare produktivitet")),
    ),
    "avtalt_tilrettelegging": ((_POINT, ("4.1.5",), ("", "tilrettelegging", "praktisk tilrettelegging")),),
    "avtalt_tilleggselementer": ((_POINT, ("4.2",), ("", "tilleggselementer", "tilleggselement")),),
    "avtalt_kommunal_finansiering": ((_POINT, ("4.3",), ("", "kommunal finansiering")),),
    "tilskudd_status": ((("Status", "Tilstand"), ("", "på", "for"), ("tilskudd", "tilskuddet", "tilskot")),),
    "tilskuddsaar": ((("År", "Årstall"), ("", "for"), ("tilskudd", "tilskuddet", "tilskot")),),
    "tidligere_avtale_dato": (
        (("Dato", "Dag"), ("", "for", "på"), ("forrige avtale", "tidligere avtale", "førre avtale")),
        (("Forrige", "Førre", "Tidligere", "Tidlegare"), ("avtale",), ("", "dato", "fra", "datert")),
    ),
    "maks_tilskuddsramme": (
        (("Maks", "Maksimal", "Maksimalt", "Maks."), ("", "beløp"), ("tilskudd", "tilskuddsramme", "tilskot")),
    ),
}


def phrases_of(name: str) -> Iterator[str]:
    """Yield every heading put together for a field."""
    for phrase in PHRASES.get(name, ()):
        yield from (" ".join(filter(None, words)) for words in product(*phrase))
