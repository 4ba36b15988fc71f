"""Students go on in another cohort: a new enrolment, beside the old one that keeps all that was done in it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from core.workflow import Actor, Refused
from schools.models import Cohort, Enrolment
from schools.workflow.programmes import ENROLMENTS


@transaction.atomic
def move_up(
    *, enrolments: Iterable[Enrolment], to: Cohort, starts_on: date, teacher: Person | None, by: Actor, at: datetime
) -> list[Enrolment]:
    """Enrol these students in another cohort, and end the enrolments they had on the day before; gives the new ones.

    Without a teacher each keeps the one of now. Who is there already is left as is. What a rule asks about a student
    goes along where the same rule set holds; nothing else is carried over.

    Raises `Refused` for another school, and for an enrolment that has not begun before this day.
    """
    ENROLMENTS.must_allow("move_up", by)
    # Two at once move one after the other, so that the second sees whom the first has moved.
    Cohort.objects.select_for_update().get(pk=to.pk)
    inside = set(Enrolment.objects.filter(cohort=to).values_list("student_id", flat=True))
    moving = [one for one in sorted(enrolments, key=lambda one: one.pk) if one.student_id not in inside]
    if any(one.student.school_id != to.version.programme.school_id for one in moving):
        raise Refused(_("This student is at another school."))
    if any(one.starts_on >= starts_on for one in moving):
        raise Refused(_("Choose a later day: one of them has not begun before it."))
    return [_move(one, to, starts_on, teacher, by=by, at=at) for one in moving]


def _move(old: Enrolment, to: Cohort, starts_on: date, teacher: Person | None, *, by: Actor, at: datetime) -> Enrolment:
    is_same_rule = old.cohort.version.rule_set_id == to.version.rule_set_id
    new = Enrolment.objects.create(
        student=old.student,
        cohort=to,
        teacher=teacher or old.teacher,
        pathway=old.pathway,
        facts=old.facts if is_same_rule else {},
        starts_on=starts_on,
    )
    old.ends_on = min(old.ends_on or date.max, starts_on - timedelta(days=1))
    old.save(update_fields=["ends_on"])
    details = {"to": new.pk, "cohort": to.pk, "starts_on": starts_on.isoformat()}
    ENROLMENTS.log(old, "move_up", by=by, at=at, details=details)
    return new
