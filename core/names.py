"""Sorting and searching names without accents and case, in any script."""

import unicodedata
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Concat

_SPELLED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def sort_key(*parts: str) -> str:
    """'Émile  Zóla' -> 'emile zola': one column serves both order and search."""
    folded = unicodedata.normalize("NFKD", " ".join(parts).casefold().translate(_SPELLED))
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


def by_name(found: QuerySet[Any], field: str, *further: str) -> QuerySet[Any]:
    """By a column of sort keys, then by `further` and key: the rows of one school, sorted after they were found.

    By the column as it is, the database would walk through the names of all schools until it has met enough of one.
    """
    return found.annotate(name_of_all=Concat(F(field), F(field))).order_by("name_of_all", *further, "pk")
