"""This week at work, for a class: who was where, what was done, what nobody has done yet, and what was answered."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import Membership
from placements.access import reflections_visible_to, visible_to
from placements.models import Placement, Reflection, TaskDone, WorkEntry
from placements.rules.class_week import Day, Done, done_by_all, neglected
from placements.rules.hours import week_of
from schools.models import ClassMember, SchoolClass, TaskTemplate


@dataclass(frozen=True)
class Row:
    """A student in the week: hours, tasks, and the units toward which nothing was done for long."""

    placement: Placement
    minutes: int
    done: list[Done]
    neglected: list[str]


@dataclass(frozen=True)
class ClassWeek:
    """`unseen` are tasks that none of these students has ever done, by the title of their unit."""

    rows: list[Row]
    done: list[Done]
    unseen: dict[str, list[str]]
    answers: list[Reflection]

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows)


def classes_of(viewer: Membership) -> QuerySet[SchoolClass]:
    """The classes of the register that this teacher teaches."""
    own = SchoolClass.objects.filter(
        school=viewer.organisation_id, members__person__user=viewer.user_id, members__part=ClassMember.Part.TEACHER
    )
    return own.distinct().order_by("name", "pk")


def class_week(viewer: Membership, chosen: SchoolClass | None, day: date) -> ClassWeek:
    """The week of that day, of one class or of all students of a teacher, in five queries."""
    first, last = week_of(day)
    placements = list(_at_work(viewer, chosen, first, last))
    days = _days({one.enrolment_id for one in placements if one.enrolment_id}, last)
    templates = _templates(placements)
    rows = [_row(one, days[one.enrolment_id or 0], templates, first) for one in placements]
    return ClassWeek(
        rows=[row for row in rows if row.minutes or row.placement.state != Placement.State.BROKEN],
        done=done_by_all(day for found in days.values() for day in found if day.day >= first),
        unseen=_unseen(templates, days.values()),
        answers=list(_answers(viewer, placements, first, last)),
    )


def _at_work(viewer: Membership, chosen: SchoolClass | None, first: date, last: date) -> QuerySet[Placement]:
    found = visible_to(viewer).filter(starts_on__lte=last, ends_on__gte=first, enrolment__isnull=False)
    if chosen:
        pupils = chosen.members.filter(part=ClassMember.Part.STUDENT)
        found = found.filter(learner__in=pupils.values("person"))
    rows = found.exclude(state__in=Placement.NOT_BEGUN).select_related("learner", "employer", "enrolment__cohort")
    return rows.order_by("learner__sort_key", "starts_on", "pk")


def _templates(placements: list[Placement]) -> list[TaskTemplate]:
    """The tasks that the programmes of these students name, in their order."""
    versions = {one.enrolment.cohort.version_id for one in placements if one.enrolment}
    found = TaskTemplate.objects.filter(unit__version__in=versions).select_related("unit")
    return list(found.order_by("unit__version", "unit__position", "pk"))


def _days(enrolments: Collection[int], until: date) -> dict[int, list[Day]]:
    """All work of these enrolments up to a day, by enrolment, in two queries."""
    entries = WorkEntry.objects.filter(placement__enrolment__in=enrolments, day__lte=until)
    entries = entries.exclude(state=WorkEntry.State.WITHDRAWN)
    tasks: dict[int, list[str]] = defaultdict(list)
    units: dict[int, set[int]] = defaultdict(set)
    for done in TaskDone.objects.filter(entry__in=entries).select_related("template").order_by("pk"):
        tasks[done.entry_id].append(done.name)
        if done.template:
            units[done.entry_id].add(done.template.unit_id)
    found: dict[int, list[Day]] = defaultdict(list)
    columns = entries.order_by("day", "pk").values_list(
        "pk", "placement__enrolment", "learner", "placement", "day", "logged_minutes"
    )
    for key, enrolment, learner, placement, day, minutes in columns:
        found[enrolment].append(Day(learner, placement, day, minutes, tuple(tasks[key]), frozenset(units[key])))
    return found


def _row(placement: Placement, days: list[Day], templates: list[TaskTemplate], first: date) -> Row:
    week = [day for day in days if day.day >= first and day.placement == placement.pk]
    version = placement.enrolment.cohort.version_id if placement.enrolment else 0
    units = {one.unit_id: one.unit.title for one in templates if one.unit.version_id == version}
    return Row(
        placement,
        sum(day.minutes for day in week),
        done_by_all(week),
        [units[unit] for unit in neglected(days, units)],
    )


def _unseen(templates: list[TaskTemplate], days: Iterable[list[Day]]) -> dict[str, list[str]]:
    """By name: the same task may stand in two versions of a programme."""
    seen = {task for found in days for day in found for task in day.tasks}
    unseen: dict[str, list[str]] = defaultdict(list)
    for one in templates:
        if one.title not in seen and one.title not in unseen[one.unit.title]:
            unseen[one.unit.title].append(one.title)
    return {unit: titles for unit, titles in unseen.items() if titles}


def _answers(viewer: Membership, placements: list[Placement], first: date, last: date) -> QuerySet[Reflection]:
    """What was answered to this teacher in the week, by students of the class."""
    found = reflections_visible_to(viewer).filter(
        placement__in=[one.pk for one in placements], answered_at__date__range=(first, last)
    )
    return found.select_related("placement__learner").order_by("-answered_at", "-pk")
