"""The languages that people choose from when they say what is spoken at work."""

from collections.abc import Iterable

from django.utils.translation import get_language_info

USUAL = ("en", "fr", "ar", "de", "es", "it", "pl", "pt", "ro", "ru", "tr", "uk", "ur", "fa", "hi", "zh-hans")


def language_choices(kept: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The usual languages and those that are `kept`, by code, each with its own name."""
    return [(code, language_name(code)) for code in dict.fromkeys([*USUAL, *kept])]


def language_name(code: str) -> str:
    """The language in its own words; a code that nobody knows is its own name."""
    try:
        return get_language_info(code)["name_local"]
    except KeyError:
        return code
