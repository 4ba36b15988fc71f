"""Reads of reflections: who would read an answer, what a student is asked now, and what waits for a teacher."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.timezone import localdate

from accounts.models import Membership, Person
from accounts.roles import Role
from placements.access import reflections_visible_to, visible_to
from placements.models import Placement, Reflection, TaskDone, WorkEntry
from placements.rules.ending import is_stilled
from placements.rules.learning import ALONE, Solo, first_solos

DAY = timedelta(days=1)
FRESH = timedelta(days=14)
"""So long a first time alone is worth a question, and so long a reply stands on the student's first page."""


@dataclass(frozen=True)
class Idea:
    """A placement whose student did a task alone for the first time, and nobody has asked since."""

    placement: Placement
    solo: Solo


def readers_of(placement: Placement, *, today: date) -> set[int]:
    """The keys of the people who teach the student of a placement and work at its school today."""
    named = {placement.teacher_id, placement.enrolment.teacher_id if placement.enrolment else None} - {None}
    here = Membership.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today),
        organisation=placement.school_id, role=Role.TEACHER, user__person__in=named,
    )  # fmt: skip
    return set(here.values_list("user__person", flat=True))


def with_asked(rows: QuerySet, viewer: Membership, *, now: datetime) -> QuerySet:
    """Rows with `asked`, what `asked_in` reads: the open question to a student, else a reply of the last days.

    No query more for a page that has none to spare.
    """
    recent = Q(answered_at=None) | (Q(read_at__gte=now - FRESH) & ~Q(reply=""))
    names = ("public_id", "question", "why", "answered_at", "reply")
    row = JSONObject(**{name: name for name in names}, given="reader__given_name", family="reader__family_name")
    found = reflections_visible_to(viewer).filter(recent).order_by(F("answered_at").desc(nulls_first=True), "-pk")
    return rows.annotate(asked=ArraySubquery(found.values(asked=row)[:1]))


def asked_in(row: Any) -> Reflection | None:
    """The question or reply that a row of `with_asked` carries, as far as it is shown; it is no row to be saved."""
    for found in row.asked:
        reader = Person(given_name=found.pop("given"), family_name=found.pop("family"))
        return Reflection(reader=reader, **found)
    return None


def own_reflections(viewer: Membership) -> QuerySet[Reflection]:
    """The viewer's questions with their placement, the open and unread ones first."""
    people = ("reader", "placement__learner", "placement__employer")
    return reflections_visible_to(viewer).select_related(*people).order_by("-asked_at", "-pk")


def unread(viewer: Membership) -> QuerySet[Reflection]:
    return reflections_visible_to(viewer).filter(answered_at__isnull=False, read_at=None)


def ideas_for(viewer: Membership, *, today: date) -> list[Idea]:
    """What a teacher could ask about now, the newest first; one for each placement, in two queries."""
    placements = list(visible_to(viewer).filter(state__in=Placement.BEGUN).select_related("learner").order_by("pk"))
    return ideas_among(placements, steps_of(_done([one.pk for one in placements])), today=today)


def idea_of(placement: Placement, *, today: date) -> Idea | None:
    return next(iter(ideas_among([placement], steps_of(_done([placement.pk])), today=today)), None)


def ideas_among(placements: Iterable[Placement], steps: Iterable[dict[str, Any]], *, today: date) -> list[Idea]:
    """Of placements in which somebody is asked, those with a new first time alone; `steps` are rows of `steps_of`."""
    found: dict[int, list[tuple[str, date, int]]] = defaultdict(list)
    for row in steps:
        since = max(today - FRESH, localdate(row["asked_at"]) + DAY if row["asked_at"] else date.min)
        if row["alone"] and row["alone"] >= since and not row["is_open"]:
            found[row["entry__placement"]] += [(row["name"], row["begun"], 0), (row["name"], row["alone"], ALONE)]
    asked = [one for one in placements if one.purpose != Placement.Purpose.TEACHER and not is_stilled(one)]
    ideas = [Idea(one, solos[0]) for one in asked if (solos := first_solos(found[one.pk]))]
    return sorted(ideas, key=lambda idea: (-idea.solo.day.toordinal(), idea.placement.pk))


def steps_of(done: QuerySet[TaskDone]) -> QuerySet[TaskDone, Any]:
    """A row for each placement and task: its `name`, the days on which it was begun and first done alone, and when the
    student was asked something last, with `is_open` while that waits for an answer."""
    asked = Reflection.objects.filter(placement=OuterRef("entry__placement"), withdrawn_at=None)
    return done.order_by().values("entry__placement", name=Coalesce("template__title", "other")).annotate(
        begun=Min("entry__day"),
        alone=Min("entry__day", filter=Q(independence__gte=ALONE)),
        asked_at=Subquery(asked.order_by("-asked_at").values("asked_at")[:1]),
        is_open=Exists(asked.filter(answered_at=None).order_by()),
    )  # fmt: skip


def _done(placement_ids: Collection[int]) -> QuerySet[TaskDone]:
    done = TaskDone.objects.filter(entry__placement__in=placement_ids)
    return done.exclude(entry__state=WorkEntry.State.WITHDRAWN)
