"""Small readers of one cell: text in, value out, BadCell when it makes no sense. No database here."""

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from exchange.problems import BadCell

# "-0.1" and "+44 20" are values; "+SUM(" and "=1+1" are formulas.
_FORMULA = re.compile(r"\s*(=|[+\-@]\s*[A-Za-z]+\()")
_SECTOR = re.compile(r"\d{1,6}|\d{2}\.?\d{2}[A-Z]?")
_BAND = re.compile(r"(\d+)\s*(?:to|a|au|bis|[-–—])\s*(\d+)")
_LESS = re.compile(r"(?:less than|fewer than|under|below|moins de|<)\s*(\d+)")
_MORE = re.compile(r"(?:more than|over|plus de|>)\s*(\d+)")
_FROM = re.compile(r"(\d+)\s*(?:or more|and more|and over|et plus|ou plus|\+)")
_UNKNOWN_SIZE = {"", "not provided", "not known", "unknown", "n/a", "na", "none", "-", "?", "non renseigne", "inconnu"}


def clean(text: str) -> str:
    """Composed letters and single spaces; the same name typed on two systems becomes the same text."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def has_hidden_character(text: str) -> bool:
    """Control characters other than tab and line breaks, and halves of letters: PostgreSQL refuses some of them."""
    return any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\r\n" for letter in text)


def looks_like_formula(text: str) -> bool:
    return bool(_FORMULA.match(text))


def text_of(value: str, *, column: str, limit: int, required: bool = False) -> str:
    cleaned = clean(value)
    if required and not cleaned:
        raise BadCell("missing", column=column)
    if len(cleaned) > limit:
        raise BadCell("too_long", column=column, found=len(cleaned), limit=limit)
    return cleaned


def email_of(value: str) -> str:
    """Lower case, or empty."""
    cleaned = clean(value).lower()
    if cleaned:
        try:
            validate_email(cleaned)
        except ValidationError as error:
            raise BadCell("bad_email", value=cleaned[:80]) from error
    return cleaned


def register_number_of(value: str) -> str:
    """As on the register: no spaces, and the leading zeros that spreadsheets drop ('3107561' -> '03107561')."""
    compact = re.sub(r"[\s./-]", "", value).upper()
    if not re.fullmatch(r"[A-Z0-9]{0,20}", compact):
        raise BadCell("bad_number", value=clean(value)[:40])
    if not compact.strip("0"):
        return ""
    prefix, digits = re.fullmatch(r"([A-Z]{2}(?=\d+$))?(.*)", compact).groups(default="")  # type: ignore[union-attr]
    return prefix + (digits.zfill(8 - len(prefix)) if digits.isdigit() else digits)


def sectors_of(value: str) -> list[str]:
    """Codes of a cell such as '1,\\n86210': parted by comma, semicolon or line break, lost zeros put back."""
    codes = [code for code in re.split(r"[,;|\s]+", value.upper()) if code]
    for code in codes:
        if not _SECTOR.fullmatch(code):
            raise BadCell("bad_sector", value=code[:20])
    return list(dict.fromkeys(code.zfill(5) if len(code) == 4 and code.isdigit() else code for code in codes))


def size_of(value: str) -> tuple[int | None, int | None]:
    """People who work there, at least and at most; None where nothing is known."""
    text = _plain(value)
    if text in _UNKNOWN_SIZE:
        return None, None
    # "20,000" and "20 000" are one number.
    text = re.sub(r"(?<=\d)[,.\s'](?=\d{3}\b)", "", text)
    band = _band(text) if len(text) <= 60 else None
    if band is None or any(number is not None and number > 10_000_000 for number in band):
        raise BadCell("bad_size", value=clean(value)[:40])
    return band


def _band(text: str) -> tuple[int | None, int | None] | None:
    if text.isdecimal():
        return int(text), int(text)
    if match := _BAND.fullmatch(text):
        low, high = int(match[1]), int(match[2])
        return (low, high) if low <= high else None
    if match := _LESS.fullmatch(text):
        return 0, max(int(match[1]) - 1, 0)
    if match := _FROM.fullmatch(text):
        return int(match[1]), None
    if match := _MORE.fullmatch(text):
        return int(match[1]) + 1, None
    return None


def _plain(value: str) -> str:
    folded = unicodedata.normalize("NFKD", value.casefold())
    return " ".join("".join(letter for letter in folded if not unicodedata.combining(letter)).split())


def coordinate_of(value: str, *, column: str, limit: int) -> float | None:
    """Degrees between -limit and limit, or nothing."""
    cleaned = clean(value).replace(",", ".")
    if not cleaned:
        return None
    try:
        degrees = float(cleaned)
    except ValueError:
        degrees = limit + 1.0
    # Written so that "nan" is refused too.
    if not -limit <= degrees <= limit:
        raise BadCell("bad_coordinate", value=cleaned[:40], column=column, low=-limit, high=limit)
    return degrees


def date_of(value: str) -> date | None:
    cleaned = clean(value)
    if not cleaned:
        return None
    try:
        # Some systems write a time behind the day.
        return date.fromisoformat(cleaned[:10])
    except ValueError as error:
        raise BadCell("bad_date", value=cleaned[:40]) from error


def birth_date_of(value: str, *, today: date) -> date | None:
    born = date_of(value)
    if born and not (today.year - 100 <= born.year and born < today):
        raise BadCell("bad_birth_date", value=clean(value)[:40])
    return born
