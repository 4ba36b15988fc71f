"""What was dated and written down, as evidence: agreements, feedback, contacts, notes of the school, absences."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from credits.models import Record
from credits.rules import evidence as documents
from credits.worked import host_key
from placements.models import Absence, Contact, Signature

STAND_INS = (Contact.Kind.OBSERVATION, Contact.Kind.ORAL, Contact.Kind.STATEMENT)


def agreements(placements: list[dict], signed: dict[int, list[documents.Signature]]) -> Iterator[documents.Record]:
    for row in placements:
        if not row["agreed_at"]:
            continue
        yield documents.Record(
            kind="agreement",
            on=datetime.fromisoformat(row["agreed_at"]),
            host=host_key(row["employer"]),
            placement=str(row["pk"]),
            since=_day(row["starts_on"]),
            until=_day(row["ends_on"]),
            signatures=signed.get(row["agreement"], []),
        )


def signatures_of(agreements: list[int]) -> dict[int, list[documents.Signature]]:
    found: dict[int, list[documents.Signature]] = {}
    for row in Signature.objects.filter(agreement__in=agreements, signed_at__isnull=False).order_by("signed_at", "pk"):
        assert row.signed_at is not None
        found.setdefault(row.agreement_id, []).append(documents.Signature(by=row.party, at=row.signed_at))
    return found


def feedback(placements: list[dict]) -> Iterator[documents.Record]:
    for row in placements:
        if row["feedback"]:
            yield documents.Record(
                kind="feedback",
                on=datetime.fromisoformat(row["feedback"]),
                by="host",
                host=host_key(row["employer"]),
                placement=str(row["pk"]),
            )


def records() -> QuerySet:
    """What somebody of the school wrote down."""
    fields = ("kind", "on", "by", "result", "score", "signed_by")
    rows = Record.objects.filter(enrolment=OuterRef("pk")).order_by("on", "pk")
    about = {"placement": "placement_id", "employer": "placement__employer_id", "unit": "unit__code"}
    return rows.values(row=JSONObject(**{name: name for name in fields}, **about))


def record(row: dict) -> documents.Record:
    on = date.fromisoformat(row["on"])
    return documents.Record(
        kind=row["kind"],
        on=on,
        by=row["by"] or None,
        result=row["result"] or None,
        score=row["score"],
        host=host_key(row["employer"]) if row["placement"] else None,
        placement=str(row["placement"]) if row["placement"] else None,
        unit=row["unit"] or None,
        signatures=[documents.Signature(by=party, at=on) for party in row["signed_by"]],
    )


def contacts() -> QuerySet:
    """Visits, reviews, inductions and the like of the placements of an outer enrolment."""
    rows = Contact.objects.filter(placement__enrolment=OuterRef("pk")).order_by("on", "pk")
    about = {"placement": "placement_id", "employer": "placement__employer_id"}
    return rows.values(row=JSONObject(kind="kind", on="on", side="side", method="method", **about))


def contact(row: dict) -> documents.Record:
    """A contact is a record of its kind, by its side, with the way it was held as its result.

    What stands in for a host that never answered is feedback by the school, and says how (E10).
    """
    if row["kind"] in STAND_INS:
        row = {**row, "kind": "feedback", "method": row["kind"]}
    return documents.Record(
        kind=row["kind"],
        on=date.fromisoformat(row["on"]),
        by=row["side"],
        result=row["method"],
        host=host_key(row["employer"]),
        placement=str(row["placement"]),
    )


def absences() -> QuerySet:
    """What was missed in an outer enrolment and not taken back."""
    rows = Absence.objects.filter(placement__enrolment=OuterRef("pk"), withdrawn_at=None).order_by("day", "pk")
    about = {"placement": "placement_id", "employer": "placement__employer_id"}
    return rows.values(row=JSONObject(day="day", minutes="minutes", cause="cause", **about))


def absence(row: dict) -> documents.Absence:
    return documents.Absence(
        day=date.fromisoformat(row["day"]),
        minutes=row["minutes"],
        cause=row["cause"],
        host=host_key(row["employer"]),
        placement=str(row["placement"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
