"""The headings that may mean several fields, and all that each may mean.

What is said of a person or a body («e-post», «tittel») is put together from `PARTIES` and `ATTRIBUTES`; without the
party it may be said of any of them.
"""

SHARED_HEADINGS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("Adresse", "Address"): (
        "lege_epost",
        "signatar_kommune_epost",
        "signatar_hf_epost",
        "ansvarlig_epost",
        "arbeidssted",
    ),
    ("Ansvarlig", "Ansvarleg", "Responsible"): (
        "ansvarlig_epost",
        "kommune_kontaktperson",
        "signatar_kommune_navn",
        "alis_koordinator",
    ),
    (
        "Avslutning",
        "Avsluttet",
        "Slutt",
        "Sluttdato",
        "Ferdig",
        "Til",
        "Til dato",
        "Til og med",
        "T.o.m.",
        "End",
        "End date",
        "To",
    ): (
        "avtale_gjelder_til",
        "forventet_avslutning",
    ),
    ("Beløp", "Sum", "Kroner", "Amount"): ("tilrettelegging_belop", "maks_tilskuddsramme"),
    ("Dato", "Date", "Dag"): (
        "signatur_dato",
        "avtale_gjelder_fra",
        "avtale_gjelder_til",
        "oppstart_ny_ordning",
        "tidligere_avtale_dato",
        "overordnet_avtale_dato",
        "registrert_utdanningsvirksomhet_dato",
        "siste_gjennomgang_dato",
    ),
    ("Dato registrert", "Registrert", "Registrert dato"): ("registrert_utdanningsvirksomhet_dato", "signatur_dato"),
    ("Fordeling", "Distribution"): ("fordeling_praksiskompensasjon", "fordeling_produktivitet"),
    ("Kompensasjon", "Compensation"): ("avtalt_praksiskompensasjon", "avtalt_lavere_produktivitet"),
    ("Kontakt", "Kontaktperson", "Kontaktpersonar", "Contact", "Contact person"): (
        "kommune_kontaktperson",
        "ansvarlig_epost",
        "alis_koordinator",
        "alis_kontakt_hf",
    ),
    ("Koordinator", "Ansvarlig koordinator", "Ansvarleg koordinator", "Coordinator"): (
        "kommune_kontaktperson",
        "ansvarlig_epost",
        "alis_koordinator",
    ),
    ("Overordnet avtale", "Overordnet samarbeidsavtale", "Overordna samarbeidsavtale", "Overordna avtale"): (
        "overordnet_avtale_ref",
        "overordnet_avtale_dato",
    ),
    ("Periode", "Perioder", "Period"): ("institusjonstjeneste_perioder", "avtale_gjelder_fra", "avtale_gjelder_til"),
    ("Signatar", "Underskriver", "Undertegner", "Underskrift", "Signerer", "Hvem signerer", "Signatory", "Signatur"): (
        "signatar_kommune_navn",
        "signatar_hf_navn",
        "signatar_alis_navn",
    ),
    (
        "Språk",
        "Målform",
        "Language",
    ): (
        "signatar_kommune_spraak",
        "signatar_hf_spraak",
        "lege_spraak",
    ),
    ("Sted", "Stad", "Place", "Location", "Lokasjon"): ("signatur_sted", "arbeidssted"),
    (
        *("Start", "Startdato", "Oppstart", "Oppstartsdato", "Start date", "From"),
        *("Fra", "Frå", "Fra dato", "Frå dato", "Fra og med", "Frå og med", "F.o.m."),
        *("Start ALIS", "Startdato ALIS", "Oppstart ALIS", "Oppstartsdato ALIS", "ALIS start", "ALIS oppstart"),
    ): (
        "avtale_gjelder_fra",
        "oppstart_ny_ordning",
    ),
    ("Varighet", "Varigheit", "Duration"): ("vikariat_varighet_mnd", "avtale_gjelder_til", "fravaer_maaneder"),
    ("År", "Year"): ("kildeaar", "tilskuddsaar"),
}
"""Headings → the fields of either agreement that they may mean; of those, an agreement has only some."""

SHARED_LABELS = frozenset({"Sted"})
"""Labels that are shared words: `sheet` writes them beside all that they may mean, and alone they are in doubt."""

PARTIES: dict[str, tuple[str, ...]] = {
    "lege": (
        *("Lege", "Legen", "Legens", "ALIS", "ALIS-lege", "ALIS-legen", "ALIS-legens", "Lege i spesialisering"),
        *("Doctor", "Doctor's", "The doctor's"),
    ),
    "signatar_kommune": (
        "Signatar kommune",
        "Signatar for kommune",
        "Signatar for kommunen",
        "Signatar i kommunen",
        "Kommunens signatar",
        "Underskriver for kommunen",
        "Underskriver i kommunen",
        "Undertegner for kommunen",
        "Undertegner i kommunen",
        "Signerer for kommunen",
        "Signatory of the municipality",
        "Municipality's signatory",
    ),
    "signatar_hf": (
        "Signatar HF",
        "Signatar for HF",
        "Signatar for helseforetaket",
        "Signatar for helseføretaket",
        "Helseforetakets signatar",
        "Signatory of the trust",
        "Trust's signatory",
    ),
    "signatar": (
        *("Signatar", "Signataren", "Signatarens", "Signatars", "Underskriver", "Underskriveren", "Underskrivers"),
        *("Underskriverens", "Undertegner", "Undertegneren", "Undertegners", "Undertegnerens"),
        *("Signatory", "Signatory's"),
    ),
    "veileder": (
        *("Veileder", "Veileders", "Veilederen", "Veilederens", "Supervisor"),
        *("Rettleiar", "Rettleiars", "Rettleiaren", "Rettleiarens"),
    ),
    "kontaktperson": (
        *("Kontaktperson", "Kontaktpersonen", "Kontaktpersons", "Kontaktpersonens", "Kommunens kontaktperson"),
        *("Kontaktperson i kommunen", "Kontaktperson for kommunen", "Contact person"),
    ),
    "ansvarlig": (
        *("Ansvarlig", "Ansvarliges", "Ansvarlig koordinator", "Ansvarlig koordinators"),
        *("Ansvarleg", "Ansvarleg koordinator", "Ansvarleg koordinators", "Responsible"),
    ),
    "koordinator": ("Koordinator", "Koordinatoren", "Koordinators", "Koordinatorens", "Coordinator", "Coordinator's"),
    "kommune": ("Kommune", "Kommunen", "Kommunens", "Kommunes", "Municipality", "Municipality's"),
    "helseforetak": ("HF", "Helseforetak", "Helseforetaket", "Helseforetakets", "Helseføretak", "Trust", "Trust's"),
}
"""Who a heading speaks of."""

SEVERAL_PARTIES = frozenset({"signatar", "koordinator"})
"""Of `PARTIES`, words for one of several others: they add nothing to what a word means that is said of nobody."""

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "navn": ("Navn", "Namn", "Name", "Fullt navn", "Fulle navn", "Fullt namn", "Fulle namn", "Full name"),
    "epost": (
        *("E-post", "E-postadresse", "E-postadr.", "Mail", "Mailadresse", "Mailadr."),
        *("E-mail", "E-mailadresse", "E-mail address"),
    ),
    "mobil": (
        *(
            "Mobil",
            "Mobilnummer",
            "Mobilnr.",
            "Mobiltelefon",
            "Telefon",
            "Telefonnummer",
            "Telefonnr.",
            "Tlf.",
            "Tlf.nr.",
        ),
        *("Mobiltlf.", "Mobiltelefonnummer", "Mobil/tlf."),
        *("Mobile", "Mobile number", "Phone", "Phone number"),
    ),
    "spraak": ("Språk", "Målform", "Språkform", "Language", "Preferred language"),
    "tittel": ("Tittel", "Stilling", "Stillingstittel", "Title", "Position"),
    "orgnr": ("Orgnr", "Org.nr.", "Org.nummer", "Organisasjonsnr.", "Organisasjonsnummer", "Organisation number"),
    "hpr": ("HPR", "HPR-nr.", "HPR-nummer", "HPR-id", "Helsepersonellnummer", "HPR number"),
    "arbeidssted": ("Arbeidssted", "Arbeidsstad", "Arbeidsplass", "Legekontor", "Legesenter", "Workplace"),
}
"""What a heading says of somebody."""

SAID_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "navn": {
        "lege": ("lege_navn",),
        "signatar_kommune": ("signatar_kommune_navn",),
        "signatar_hf": ("signatar_hf_navn",),
        "signatar": ("signatar_kommune_navn", "signatar_hf_navn", "signatar_alis_navn"),
        "veileder": ("veileder_navn",),
        "kontaktperson": ("kommune_kontaktperson",),
        "koordinator": ("kommune_kontaktperson", "alis_koordinator"),
        "kommune": ("kommune_navn", "kommune_visningsnavn"),
        "helseforetak": ("helseforetak_navn",),
    },
    "epost": {
        "lege": ("lege_epost",),
        "signatar_kommune": ("signatar_kommune_epost",),
        "signatar_hf": ("signatar_hf_epost",),
        "signatar": ("signatar_kommune_epost", "signatar_hf_epost", "lege_epost"),
        "ansvarlig": ("ansvarlig_epost",),
        "koordinator": ("ansvarlig_epost",),
        "kommune": ("signatar_kommune_epost", "ansvarlig_epost"),
    },
    "mobil": {
        "lege": ("lege_mobil",),
        "signatar_kommune": ("signatar_kommune_mobil",),
        "signatar_hf": ("signatar_hf_mobil",),
        "signatar": ("signatar_kommune_mobil", "signatar_hf_mobil", "lege_mobil"),
    },
    "spraak": {
        "lege": ("lege_spraak",),
        "signatar_kommune": ("signatar_kommune_spraak",),
        "signatar_hf": ("signatar_hf_spraak",),
        "signatar": ("signatar_kommune_spraak", "signatar_hf_spraak", "lege_spraak"),
    },
    "tittel": {
        "lege": ("stilling_tittel",),
        "signatar_kommune": ("signatar_kommune_tittel",),
        "signatar_hf": ("signatar_hf_tittel",),
        "signatar": ("signatar_kommune_tittel", "signatar_hf_tittel"),
    },
    "orgnr": {"kommune": ("kommune_orgnr",), "helseforetak": ("hf_orgnr",)},
    "hpr": {"lege": ("lege_hpr_nummer",)},
    "arbeidssted": {"lege": ("arbeidssted",)},
}
"""Attribute → party → the field that holds it. A party that is not here has no such field: its column is not used."""

HARMLESS_REMARKS = (
    r"[dmyåa./\-]+|%|i %|kr\.?|nok|kroner|mnd\.?|måneder|i måneder|månader|months|prosent|percent|valgfritt?|valfritt?"
    r"|obligatorisk|påkrevd|må fylles ut|kan stå tom|optional|required|om aktuelt|hvis aktuelt|dersom aktuelt"
    r"|ved behov|(?:ca\. )?\d+(?:[-–]\d+)? (?:siffer|sifre|tegn|digits)|(?:f\.? ?eks|eks|e\.?g)\.? .*"
    r"|ja/nei|se .*|dato|date|navn|namn|name|antall|tal|klasse|mnd\.?/år|måned/år|måned og år|månad/år|mnd\.? og år"
    r"|\d[-–]\d|i mnd\.?|i prosent|perioder|periodar"
)
"""What stands in brackets behind a heading and changes nothing: a form, a unit, whether it must be filled in."""
