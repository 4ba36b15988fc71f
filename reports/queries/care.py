"""What the coordinator's day knows of accidents, talks and needs, as annotations of placements: no query of its own."""

from datetime import date, datetime
from typing import Any

from django.db.models import Case, DateTimeField, Exists, F, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils import timezone

from placements.models import (
    Absence,
    AdjustmentAnswer,
    Concern,
    Contact,
    HourClaim,
    Incident,
    Placement,
    SafeguardingNote,
)
from reports.item import OpenConcern, OpenIncident

SOMETHING = (
    Q(incident__isnull=False)
    | Q(concern__isnull=False)
    | Q(refused_at__isnull=False, state__in=Placement.LIVE)
    | Q(missed_at__isnull=False, state__in=Placement.LIVE)
    | Q(call_safeguarding=True)
)


def cares() -> dict[str, Any]:
    """Annotations by name; `care_of` reads them."""
    notes = SafeguardingNote.objects.filter(placement=OuterRef("pk")).exclude(state=SafeguardingNote.State.CLOSED)
    return {
        "incident": Subquery(_incident(), output_field=JSONField()),
        "concern": Subquery(_concern(), output_field=JSONField()),
        "refused_at": Subquery(_refused(), output_field=DateTimeField()),
        "missed_at": Subquery(_missed(), output_field=DateTimeField()),
        "call_safeguarding": Exists(notes.order_by()),
    }


def care_of(placement: Any) -> dict[str, Any]:
    """The values of `reports.item.Facts` that `cares` has read."""
    refused = placement.refused_at if placement.state in Placement.LIVE else None
    return {
        "incident": _open_incident(placement.incident) if placement.incident else None,
        "concern": _open_concern(placement.concern) if placement.concern else None,
        "refused_on": timezone.localdate(refused) if refused else None,
        "missed_at": placement.missed_at if placement.state in Placement.LIVE else None,
        "call_safeguarding": placement.call_safeguarding,
    }


def _day(moment: str) -> date:
    return timezone.localdate(datetime.fromisoformat(moment))


def _open_incident(row: dict) -> OpenIncident:
    waits = row["tell_by"] and not row["authority_told_on"]
    tell_by = date.fromisoformat(row["tell_by"]) if waits else None
    return OpenIncident(row["public_id"], _day(row["happened_at"]), tell_by)


def _open_concern(row: dict) -> OpenConcern:
    return OpenConcern(row["public_id"], row["kind"], row["category"], _day(row["at"]))


def _json(rows: QuerySet, *names: str) -> QuerySet:
    return rows.values(json=JSONObject(**{name: F(name) for name in names}))[:1]


def _incident() -> QuerySet:
    """The one that an authority waits for first."""
    rows = Incident.objects.filter(placement=OuterRef("pk")).exclude(state=Incident.State.CLOSED)
    waits = When(tell_by__isnull=False, authority_told_on=None, then=Value(0))
    first = rows.order_by(Case(waits, default=Value(1)), F("tell_by").asc(nulls_last=True), "happened_at", "pk")
    return _json(first, "public_id", "happened_at", "tell_by", "authority_told_on")


def _concern() -> QuerySet:
    """One for an unlawful reason comes before one that has waited longer."""
    rows = Concern.objects.filter(placement=OuterRef("pk")).exclude(state=Concern.State.CLOSED)
    unlawful = When(category__in=Concern.UNLAWFUL, then=Value(0))
    return _json(rows.order_by(Case(unlawful, default=Value(1)), "at", "pk"), "public_id", "kind", "category", "at")


def _missed() -> QuerySet:
    """When the host last said that the student did not come, until the school has talked to the student or judged."""
    talked = Contact.objects.filter(
        placement=OuterRef("placement"), with_student=True, side=HourClaim.Side.SCHOOL, on__gte=OuterRef("day")
    )
    told = Absence.objects.filter(
        placement=OuterRef("pk"),
        side=HourClaim.Side.HOST,
        cause=Absence.Cause.STUDENT,
        withdrawn_at=None,
        authorised=None,
    )
    return told.exclude(Exists(talked.order_by())).order_by("-at", "-pk").values("at")[:1]


def _refused() -> QuerySet:
    """When the host refused a need that the student still has, and has not thought better of it."""
    answers = AdjustmentAnswer.objects.filter(adjustment=OuterRef("adjustment"), placement=OuterRef("placement"))
    last = Subquery(answers.order_by("-at", "-pk").values("pk")[:1])
    rows = AdjustmentAnswer.objects.filter(
        placement=OuterRef("pk"),
        pk=last,
        answer=AdjustmentAnswer.Answer.REFUSED,
        adjustment__withdrawn_at=None,
        adjustment__for_host=True,
    )
    return rows.order_by("at", "pk").values("at")[:1]
