"""Sorting and searching names without accents and case, in any script."""

import unicodedata

_SPELLED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def sort_key(*parts: str) -> str:
    """'Émile  Zóla' -> 'emile zola': one column serves both order and search."""
    folded = unicodedata.normalize("NFKD", " ".join(parts).casefold().translate(_SPELLED))
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())
