"""Whose approval of a workplace runs out, and who looks after that firm."""

from collections.abc import Collection
from datetime import date

from accounts.roles import STAFF, Role
from employers.models import SchoolEmployer
from reminders.asked.staff import Staff, staff_of
from reminders.due.renewing import ToRenew


def to_renew(relation_ids: Collection[int], today: date) -> list[ToRenew]:
    """Approvals with a last day, of firms that go on; for the owner of the firm at the school, else a coordinator."""
    rows = SchoolEmployer.objects.filter(
        pk__in=relation_ids, approved_until__isnull=False, not_approved_since=None, employer__closed_on=None,
        employer__merged_into=None,
    )  # fmt: skip
    relations = list(rows.order_by("pk"))
    staff = staff_of({relation.school_id for relation in relations}, today)
    return [
        ToRenew(
            person=person,
            school=relation.school_id,
            placement=0,
            relation=relation.pk,
            until=relation.approved_until,
        )
        for relation in relations
        if relation.approved_until and (person := _owner(relation, staff))
    ]


def _owner(relation: SchoolEmployer, staff: Staff) -> int | None:
    here = {person for role in STAFF for person in staff.all_of(relation.school_id, role)}
    coordinators = staff.all_of(relation.school_id, Role.COORDINATOR)
    return relation.owner_id if relation.owner_id in here else next(iter(coordinators), None)
