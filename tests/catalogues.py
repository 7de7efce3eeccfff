"""What is translated, as plain mappings."""

from flows.language import messages


def catalogue(language: str) -> dict[str, str]:
    """Return every translated string of a language, by its English source; of a plural, all its forms together."""
    found: dict[str, str] = {}
    for message in messages(language):
        sources = (message.id,) if isinstance(message.id, str) else message.id
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        found |= {source: "\n".join(forms) for source in sources if source and all(forms)}
    return found
