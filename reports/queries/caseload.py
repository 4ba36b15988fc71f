"""Reads for giving placements and firms to a colleague: what becomes of each, and what is open there."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Person
from accounts.roles import Role
from employers.access import relations_visible_to
from employers.models import SchoolEmployer
from placements.access import visible_to
from placements.models import Contact, HandOver, HourClaim, Placement
from placements.queries.appointments import Next, next_of, with_next
from placements.workflow.tables import PLACEMENT
from reports.clusters import told
from reports.filters import Wanted
from reports.handled import Task
from reports.item import PRIVATE
from reports.queries.day import tasks_among

MOST = 500
_SHOWN = ("learner", "employer", "coordinator")


@dataclass(frozen=True)
class Said:
    """What was agreed in a talk, or said in one with a firm, and on which day."""

    on: date
    words: str


@dataclass(frozen=True)
class Line:
    """One placement: with whom it is or was, what waits there, what was promised, and why it stays, where it does."""

    placement: Any
    person: str
    waits: list[tuple[Any, str]]
    next: Next | None
    agreed: Said | None
    why_not: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.waits or self.next or self.agreed)


@dataclass(frozen=True)
class FirmLine:
    """One firm: with whom it is or was, the last talk that was about no placement, and why it stays, where it does."""

    relation: Any
    person: str
    talk: Said | None
    why_not: str = ""


def lines(viewer: Membership, placements: QuerySet[Placement], to: Person, *, now: datetime) -> list[Line]:
    """The first `MOST` of the list, each with what would happen."""
    rows = list(_with_promises(placements, now)[:MOST])
    now_with = {row.pk: row.coordinator for row in rows}
    why_not = {row.pk: _why_not(row, to, viewer.role) for row in rows}
    return _lines(viewer, rows, now_with, why_not, now)


def firm_lines(relations: QuerySet[SchoolEmployer], to: Person) -> list[FirmLine]:
    has_it = _("Has it already.")
    return [_firm_line(row, row.owner, has_it if row.owner_id == to.pk else "") for row in _told(relations)]


def given_lines(viewer: Membership, hand_over: HandOver, *, now: datetime) -> tuple[list[Line], list[FirmLine]]:
    """What was given, as it stands today, with the one who had it before."""
    things = list(hand_over.things.select_related("before").order_by("pk"))
    before = {thing.placement_id: thing.before for thing in things if thing.placement_id}
    had = {thing.relation_id: thing.before for thing in things if thing.relation_id}
    placements = visible_to(viewer).filter(pk__in=before).order_by("learner__sort_key", "pk")
    rows = list(_with_promises(placements, now))
    firms = relations_visible_to(viewer).filter(pk__in=had).order_by("employer__sort_key", "pk")
    return _lines(viewer, rows, before, {}, now), [_firm_line(row, had[row.pk]) for row in _told(firms)]


def firms_of(viewer: Membership, wanted: Wanted) -> QuerySet[SchoolEmployer]:
    """The firms of the one whose placements are listed; none where further filters choose among the placements."""
    further = (wanted.q, wanted.state, wanted.programme, wanted.cohort, wanted.host, wanted.first, wanted.last)
    owner = {"owner__user": viewer.user_id} if wanted.mine else {"owner__public_id": wanted.coordinator}
    found = relations_visible_to(viewer).filter(**owner).order_by("employer__sort_key", "pk")
    return found if not any(further) and (wanted.mine or wanted.coordinator) else found.none()


def one_firm(viewer: Membership, key: UUID) -> QuerySet[SchoolEmployer]:
    return relations_visible_to(viewer).filter(employer__public_id=key)


# ── What is open ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _with_promises(placements: QuerySet[Placement], now: datetime) -> QuerySet[Any]:
    agreed = Contact.objects.filter(placement=OuterRef("pk")).exclude(agreed="")
    found = with_next(placements, HourClaim.Side.SCHOOL, now=now)
    return found.annotate(agreed=_last(agreed, "agreed")).select_related(*_SHOWN)


def _told(relations: QuerySet[SchoolEmployer]) -> QuerySet[Any]:
    talks = Contact.objects.filter(school=OuterRef("school"), employer=OuterRef("employer"), placement=None)
    return relations.select_related("employer", "owner").annotate(talk=_last(talks.exclude(seen=""), "seen"))


def _last(contacts: QuerySet[Contact], words: str) -> Subquery:
    newest = contacts.order_by("-on", "-pk").values(json=JSONObject(on=F("on"), words=F(words)))[:1]
    return Subquery(newest, output_field=JSONField())


def _said(known: dict | None) -> Said | None:
    return Said(date.fromisoformat(known["on"]), known["words"]) if known else None


def _lines(
    viewer: Membership, rows: list[Any], people: dict[Any, Person | None], why_not: dict[int, str], now: datetime
) -> list[Line]:
    """In the order of the rows, but what has something open comes first."""
    waiting: dict[int, list[tuple[Any, str]]] = defaultdict(list)
    for task in _readable(viewer, tasks_among(viewer, [row.pk for row in rows], today=timezone.localdate(now))):
        waiting[task.item.placement.pk].append((task.item.label, told(task)))
    found = [
        Line(row, _name(people[row.pk]), waiting[row.pk], next_of(row), _said(row.agreed), why_not.get(row.pk, ""))
        for row in rows
    ]
    return sorted(found, key=lambda line: not line.is_open)


def _readable(viewer: Membership, tasks: Iterable[Task]) -> Iterable[Task]:
    """What stands on no placement is told to coordinators only."""
    return (task for task in tasks if viewer.role == Role.COORDINATOR or task.item.kind not in PRIVATE)


def _firm_line(relation: Any, person: Person | None, why_not: str = "") -> FirmLine:
    return FirmLine(relation, _name(person), _said(relation.talk), why_not)


def _name(person: Person | None) -> str:
    return person.full_name if person else _("Nobody yet")


def _why_not(placement: Placement, to: Person, role: str) -> str:
    if placement.coordinator_id == to.pk:
        return _("Has it already.")
    open_verbs = {move.verb for move in PLACEMENT.open_moves(placement.state, role)}
    return "" if "hand_on" in open_verbs else _("It was cancelled.")
