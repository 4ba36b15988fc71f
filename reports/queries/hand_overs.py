"""Reads of what was handed over between coordinators: all of the school, and what one person has still to read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat, JSONObject, Trim
from django.utils.translation import ngettext

from accounts.models import Membership, Person
from core.formats import listed
from placements.models import HandOver
from reports.access import hand_overs_visible_to

_COUNTS = {
    "placement_count": Count("things", filter=Q(things__placement__isnull=False)),
    "firm_count": Count("things", filter=Q(things__relation__isnull=False)),
}


def hand_overs(viewer: Membership) -> QuerySet[Any]:
    """All of the school with how much was given: what nobody has taken over yet comes first, then the newest."""
    found = hand_overs_visible_to(viewer).select_related("giver", "receiver").annotate(**_COUNTS)
    return found.order_by(F("taken_at").desc(nulls_first=True), "-at", "-pk")


def amount(placements: int, firms: int) -> str:
    """How much was given, in words."""
    parts = [
        ngettext("%(n)s placement", "%(n)s placements", placements) % {"n": placements} if placements else "",
        ngettext("%(n)s firm", "%(n)s firms", firms) % {"n": firms} if firms else "",
    ]
    return listed(filter(None, parts))


@dataclass(frozen=True)
class Handed:
    """What somebody has still to read: from whom, how much, since when."""

    public_id: str
    giver: str
    what: str
    at: datetime

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Handed":
        what = amount(row["placement_count"], row["firm_count"])
        return cls(row["public_id"], row["giver"], what, datetime.fromisoformat(row["at"]))


def handed_to(person: Person, school: Any) -> QuerySet[HandOver, Any]:
    """What this person of the school has still to read, the oldest first, as one value a row for `Handed.of`."""
    found = HandOver.objects.filter(school=school, receiver=person, taken_at=None).order_by("at", "pk")
    name = Trim(Concat("giver__given_name", Value(" "), "giver__family_name"))
    values = {"public_id": F("public_id"), "giver": name, "at": F("at"), **{key: F(key) for key in _COUNTS}}
    return found.annotate(**_COUNTS).values(row=JSONObject(**values))
