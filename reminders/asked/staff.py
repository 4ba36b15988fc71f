"""Who of a school is asked: people who work there today."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import Membership
from accounts.roles import SCHOOL_STAFF, Role
from placements.models import Placement


@dataclass(frozen=True)
class Staff:
    """Persons by school and role, the one who came first at the head."""

    people: dict[tuple[int, Role], list[int]]

    def all_of(self, school: int, role: Role) -> list[int]:
        return self.people.get((school, role), [])

    def coordinator(self, placement: Placement) -> int | None:
        """The coordinator of the placement; once that one has left, another of the school."""
        return self.one_of(placement.school_id, Role.COORDINATOR, placement.coordinator_id)

    def teacher(self, placement: Placement) -> int | None:
        """Who accompanies the student: the teacher of the placement, else of the enrolment; nobody who has left."""
        own = placement.enrolment.teacher_id if placement.enrolment else None
        here = self.all_of(placement.school_id, Role.TEACHER)
        return next((person for person in (placement.teacher_id, own) if person in here), None)

    def one_of(self, school: int, role: Role, wanted: int | None) -> int | None:
        here = self.all_of(school, role)
        return wanted if wanted in here else next(iter(here), None)


def staff_of(school_ids: Collection[int], today: date) -> Staff:
    """The staff of these schools, in one query."""
    begun = Q(starts_on=None) | Q(starts_on__lte=today)
    goes_on = Q(ends_on=None) | Q(ends_on__gte=today)
    rows = Membership.objects.filter(
        begun, goes_on, organisation__in=school_ids, role__in=SCHOOL_STAFF, user__is_active=True,
        user__person__isnull=False,
    )  # fmt: skip
    people: dict[tuple[int, Role], list[int]] = {}
    for school, role, person in rows.order_by("pk").values_list("organisation", "role", "user__person"):
        people.setdefault((school, Role(role)), []).append(person)
    return Staff(people)
