"""Reads around long lists: what they can be chosen by, and their rows as a table file."""

from collections.abc import Collection, Iterator
from itertools import batched
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Person
from accounts.roles import Role
from core.export import Cell
from employers.models import SchoolEmployer
from employers.queries import site_counts, size_of
from placements.models import Placement
from placements.queries.hosts import stop_at
from placements.queries.talk import to_call_about
from reports.phases import badge
from reports.queries import students
from schools.access import cohorts_visible_to
from schools.models import Cohort, Programme, Student

AT_ONCE = 500


def coordinators_of(viewer: Membership) -> QuerySet[Person]:
    """Those of the school, by name; also who is away, for their placements are to be found."""
    members = Membership.objects.filter(organisation=viewer.organisation_id, role=Role.COORDINATOR)
    return Person.objects.filter(user__in=members.values("user")).order_by("sort_key", "pk")


def givers_of(viewer: Membership) -> QuerySet[Person]:
    """The same, and whoever else looks after a firm: a teacher, or somebody who has left."""
    owners = SchoolEmployer.objects.filter(school=viewer.organisation_id, owner__isnull=False)
    found = Q(pk__in=coordinators_of(viewer).order_by().values("pk")) | Q(pk__in=owners.values("owner"))
    return Person.objects.filter(found).order_by("sort_key", "pk")


def cohorts_of(viewer: Membership) -> QuerySet[Cohort]:
    return cohorts_visible_to(viewer).select_related("version__programme").order_by("-starts_on", "name", "pk")


def programmes_of(cohorts: Collection[Cohort]) -> list[Programme]:
    """Those in which somebody can be, by name."""
    found = {cohort.version.programme_id: cohort.version.programme for cohort in cohorts}
    return sorted(found.values(), key=lambda programme: (programme.name, programme.pk))


def to_call(viewer: Membership, placements: Collection[Placement]) -> set[int]:
    """Those before which the safeguarding lead is to be called."""
    keys = [placement.pk for placement in placements]
    return set(to_call_about(viewer).filter(pk__in=keys).values_list("pk", flat=True))


def states_of(placement: Any, viewer: Membership, called: set[int]) -> list[tuple[str, str]]:
    """Tone and word of all that the column of the state says."""
    stop = stop_at(placement)
    return [
        badge(placement, viewer.role),
        *([("warn", str(stop.label))] if stop else []),
        *([("warn", _("Call the safeguarding lead"))] if placement.pk in called else []),
    ]


def placement_table(found: QuerySet[Placement], viewer: Membership) -> Iterator[list[Cell]]:
    """The columns of the list, in its order; the time is two days, so that a spreadsheet can sort by them."""
    yield [_("Student"), _("Workplace"), _("Programme"), _("First day"), _("Last day"), _("State")]
    for rows in batched(found.iterator(AT_ONCE), AT_ONCE):
        called = to_call(viewer, rows)
        for row in rows:
            yield [
                row.learner.full_name,
                place_of(row),
                row.enrolment.cohort.version.programme.name if row.enrolment else "",
                row.starts_on,
                row.ends_on,
                "; ".join(word for _tone, word in states_of(row, viewer, called)),
            ]


def student_table(found: QuerySet[Student], viewer: Membership) -> Iterator[list[Cell]]:
    """The columns of the list, in its order; minutes are whole numbers."""
    yield [
        _("Student"), _("Cohort"), _("Workplace"), _("State"), _("Credited minutes"), _("Minutes to reach"),
    ]  # fmt: skip
    for some in batched(found.iterator(AT_ONCE), AT_ONCE):
        for row in students.rows(some, viewer):
            yield [
                row.student.person.full_name,
                row.enrolment.cohort.name if row.enrolment else "",
                place_of(row.placement) if row.placement else "",
                badge(row.placement, viewer.role)[1],
                row.credited if row.enrolment else None,
                row.enrolment.cohort.version.required_minutes if row.enrolment else None,
            ]


def employer_table(found: QuerySet[SchoolEmployer]) -> Iterator[list[Cell]]:
    """The columns of the list, in its order; the mark of a recognised host is the day on which it was given."""
    yield [_("Firm"), _("Recognised host since"), _("People"), _("Sites"), _("Tier"), _("Looked after by")]
    for rows in batched(found.iterator(AT_ONCE), AT_ONCE):
        sites = site_counts(rows)
        for row in rows:
            yield [
                row.employer.name,
                row.recognised_on,
                size_of(row.employer),
                sites[row.employer_id],
                row.get_tier_display(),
                row.owner.full_name if row.owner else "",
            ]


def place_of(placement: Placement) -> str:
    return placement.employer.name if placement.employer else _("School workshop")
