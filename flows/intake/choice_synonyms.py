"""Synonyms for choices, as people write them; each choice also matches its value and label."""

CHOICES: dict[str, tuple[str, ...]] = {
    "fastlege": ("Fast lege", "Fastlegeavtale", "General practitioner", "GP"),
    "fastlegevikar": ("Vikar", "Vikar for fastlege", "Vikarlege", "Locum"),
    "introduksjonslege": ("Introduksjonsavtale", "Intro-lege", "Introlege"),
    "annet_kommunalt_legearbeid": (
        "Annet",
        "Anna kommunalt legearbeid",
        "Lege i annet kommunalt legearbeid",
        "Allmennlege utenfor fastlegeordningen",
        "Utenfor fastlegeordningen",
    ),
    "naeringsdrivende_hovedmodell": (
        "Næringsdrivende",
        "Næringsdrivande",
        "Selvstendig næringsdrivende",
        "Hovedmodell",
        "Hovedmodellen",
        "Næringsdrivende (hovedmodell)",
        "Næringsdrivende (hovedmodellen)",
        "Næringsdrivande etter hovudmodellen",
        "Self-employed",
    ),
    "ansatt": ("Kommunalt ansatt", "Fastlønn", "Fastlønnet", "Tilsett", "Employed"),
    "annen_avtale": ("Annen", "Andre avtaler", "Annan avtale", "Other"),
    "sokt": ("Omsøkt", "Søknad sendt", "Applied"),
    "innvilget": ("Innvilga", "Tildelt", "Granted"),
    "avslag": ("Avslått", "Refused"),
    "nb": ("Norsk", "Norsk bokmål", "BM", "Bokmal", "Norwegian", "Norwegian bokmål"),
    "nn": ("Norsk nynorsk", "NNO", "Norwegian nynorsk"),
    "en": ("English", "ENG"),
}

YES = frozenset({"ja", "j", "yes", "y", "true", "sann", "x", "1"})
NO = frozenset({"nei", "n", "no", "false", "usann", "0"})
