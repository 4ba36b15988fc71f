"""Reads of what was handed over between colleagues: all of the school, and what one person has still to read."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, JSONObject, Trim
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import Membership, Person
from core.formats import listed
from core.models import Transition
from placements.models import HandedOver, HandOver, Placement
from reports.access import hand_overs_visible_to
from reports.indicators import K9, Share

_COUNTS = {
    "placement_count": Count("things", filter=Q(things__placement__isnull=False)),
    "firm_count": Count("things", filter=Q(things__relation__isnull=False)),
}


def hand_overs(viewer: Membership, *, today: date, was_read: bool | None = None) -> QuerySet[Any]:
    """All of the school with how much was given: what nobody has taken over yet comes first, then the newest.

    With `was_read` those behind the two numbers of `note_share`: with a note that was read, and the others.
    """
    found = hand_overs_visible_to(viewer).select_related("giver", "receiver").annotate(**_COUNTS)
    if was_read is not None:
        changed = _changes().filter(at=OuterRef("hand_over__at")).values("object_id")
        counted = HandedOver.objects.filter(hand_over=OuterRef("pk"), placement__in=changed)
        found = found.filter(Exists(counted), _READ if was_read else ~_READ, at__gt=_since(today))
    return found.order_by(F("taken_at").desc(nulls_first=True), "-at", "-pk")


_READ = Q(taken_at__isnull=False) & ~Q(note="")


def note_share(viewer: Membership, *, today: date) -> Share:
    """Indicator K9 (reports/indicators.py) of the viewer's school over the last 365 days; one query.

    Counted from the log, which stays when a placement is erased.
    """
    things = HandedOver.objects.filter(placement=OuterRef("object_id"), hand_over__at=OuterRef("at"))
    visible = things.filter(hand_over__in=hand_overs_visible_to(viewer))
    read = visible.filter(hand_over__taken_at__isnull=False).exclude(hand_over__note="")
    changes = _changes().filter(school_id=viewer.organisation_id, at__gt=_since(today))
    counted = changes.annotate(is_known=Exists(visible), is_read=Exists(read)).aggregate(
        n=Count("pk", filter=Q(is_known=True)),
        done=Count("pk", filter=Q(is_read=True)),
        missing=Count("pk", filter=Q(is_known=False)),
    )
    return Share(K9, **counted)


def _changes() -> QuerySet[Transition]:
    """Moves by which a placement that was not over got another coordinator; the first one it had is no change."""
    moves = Transition.objects.filter(noun="placement", verb="hand_on", from_state__in=Placement.LIVE)
    return moves.exclude(details__from=None).order_by()


def _since(today: date) -> datetime:
    return timezone.make_aware(datetime.combine(today - timedelta(days=364), time()))


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
