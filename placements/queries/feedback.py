"""Reads for the closing feedback: what it begins with, and what came of it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.templatetags.ui import day as day_name
from placements.models import Feedback, FeedbackTask, FeedbackUse, Placement, TaskDone, WorkEntry
from placements.rules.marks import usual_mark

USES_SHOWN = 3
NEWS = timedelta(days=60)
Kind = FeedbackUse.Kind

_USED: dict[str, Any] = {
    Kind.TALK: _("%(name)s talked about it with the student on %(day)s."),
    Kind.LESSON: _("%(name)s used it in a lesson on %(day)s."),
    Kind.PLAN: _("%(name)s changed the student's plan with it on %(day)s."),
    Kind.CREDIT: _("%(name)s used it for the decision on credit on %(day)s."),
}


@dataclass(frozen=True)
class Logged:
    """What the learner has logged: the usual mark of each task of the programme, and of all tasks together."""

    marks: dict[int, int] = field(default_factory=dict)
    usual: int | None = None


@dataclass(frozen=True)
class Figures:
    """What a host has done for one school so far: learners taken, minutes confirmed."""

    students: int
    minutes: int


def logged_marks(placement: Placement) -> Logged:
    done = TaskDone.objects.filter(entry__placement=placement).exclude(entry__state=WorkEntry.State.WITHDRAWN)
    counts: dict[int | None, Counter[int]] = defaultdict(Counter)
    for task, mark in done.order_by().values_list("template_id", "independence"):
        counts[task][mark] += 1
    marks = {task: usual_mark(found) for task, found in counts.items() if task is not None}
    usual = usual_mark(sum(counts.values(), Counter()))
    return Logged({task: mark for task, mark in sorted(marks.items()) if mark is not None}, usual)


def given_feedback(placement: Placement) -> Feedback | None:
    """The feedback with who gave it, its tasks, and the learner's reply."""
    found = Feedback.objects.filter(placement=placement).select_related("person", "reply")
    tasks = FeedbackTask.objects.select_related("template").order_by("pk")
    return found.prefetch_related(Prefetch("tasks", tasks)).first()


def news_for_host(placements: QuerySet[Placement], person: Person | None, *, now: datetime) -> list[FeedbackUse]:
    """What was done last with feedback on these placements; with a `person`, with what this person gave."""
    uses = FeedbackUse.objects.filter(feedback__placement__in=placements, at__gte=now - NEWS)
    mine = uses.filter(feedback__person=person) if person else uses
    return list(mine.select_related("person", "feedback__placement__learner").order_by("-on", "-pk")[:USES_SHOWN])


def used(use: FeedbackUse) -> str:
    """What was done, in one sentence."""
    return str(_USED[use.kind]) % {"name": use.person.full_name, "day": day_name(use.on)}


def figures_of(placement: Placement) -> Figures:
    """Of the same employer at the same school, this placement among them."""
    here = Placement.objects.filter(employer=placement.employer_id, school=placement.school_id)
    begun = here.filter(purpose=Placement.Purpose.STUDENT).exclude(state__in=Placement.NOT_BEGUN)
    worked = WorkEntry.objects.filter(placement=OuterRef("pk")).order_by().values("placement")
    sums = begun.annotate(minutes=Subquery(worked.annotate(sum=Sum("confirmed_minutes")).values("sum")))
    found = sums.aggregate(students=Count("learner", distinct=True), sum=Coalesce(Sum("minutes"), 0))
    return Figures(found["students"], found["sum"])
