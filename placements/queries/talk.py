"""Reads for students who ask to talk: who can be called, how long they wait, and what of it a coordinator may know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, Q, QuerySet

from accounts.models import ClosedDay, ContactPoint, Membership, Organisation
from accounts.roles import Role
from placements.access import notes_visible_to, visible_to
from placements.models import Placement, SafeguardingEntry, SafeguardingNote
from placements.rules.talk import PROMISE, school_minutes

_FIRST_READ = Min("entries__at", filter=Q(entries__kind=SafeguardingEntry.Kind.READ))


@dataclass(frozen=True)
class Waiting:
    """A note, and for how many minutes of school it waited for its first reader; `is_read` when it has one."""

    note: SafeguardingNote
    minutes: int
    is_read: bool

    @property
    def is_late(self) -> bool:
        return self.minutes > PROMISE


def notes(viewer: Membership, *, show_all: bool) -> QuerySet[SafeguardingNote]:
    """The notes of the school with the moment of their first reading."""
    found = notes_visible_to(viewer).select_related("student__person").annotate(first_read=_FIRST_READ)
    found = found.order_by("-written_at", "-pk")
    return found if show_all else found.exclude(state=SafeguardingNote.State.CLOSED)


def waiting(rows: Collection[SafeguardingNote], school: Organisation, now: datetime) -> list[Waiting]:
    """How long each of these notes (as `notes` reads them) waited."""
    closed: set[date] = set(ClosedDay.objects.filter(organisation=school).values_list("day", flat=True))
    return [
        Waiting(
            row,
            school_minutes(row.written_at, row.first_read or now, school.time_zone, closed),  # type: ignore[attr-defined]
            row.first_read is not None,  # type: ignore[attr-defined]
        )
        for row in rows
    ]


def lead_phone(school: Organisation, today: date) -> str:
    """A number at which the safeguarding lead of the school can be called; empty when none is known."""
    here = {"person__user__memberships__organisation": school, "person__user__memberships__role": Role.SAFEGUARDING}
    still = Q(person__user__memberships__ends_on=None) | Q(person__user__memberships__ends_on__gte=today)
    phones = ContactPoint.objects.filter(still, **here, channel=ContactPoint.Channel.PHONE)
    working = phones.exclude(state=ContactPoint.State.BOUNCED).order_by("pk")
    return working.values_list("address", flat=True).first() or ""


def workplaces_of(viewer: Membership) -> QuerySet[Placement]:
    """Where a student may have to tell of: placements that have begun, the newest first."""
    begun = visible_to(viewer).exclude(state__in=Placement.NOT_BEGUN)
    return begun.select_related("employer").order_by("-starts_on", "-pk")


def to_call_about(viewer: Membership) -> QuerySet[Placement]:
    """Placements about which the coordinator should call the safeguarding lead; why stands nowhere here."""
    if viewer.role != Role.COORDINATOR:
        return Placement.objects.none()
    notes_of = SafeguardingNote.objects.exclude(state=SafeguardingNote.State.CLOSED).filter(placement__isnull=False)
    return visible_to(viewer).filter(pk__in=notes_of.values("placement"))
