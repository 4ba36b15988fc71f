"""Who stands behind a minor: noted by the school, for as long as the student is one."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.people import new_person, people_at
from accounts.roles import Role
from core.workflow import Actor, Move, Workflow
from schools.models import Guardian, Student

GUARDIANS = Workflow(
    noun="guardian",
    moves=(Move("add", gettext_lazy("Add a guardian"), (), None, frozenset({Role.COORDINATOR})),),
    school_id=lambda guardian: guardian.student.school_id,
)


@transaction.atomic
def add_guardian(
    *, student: Student, given_name: str, family_name: str, email: str, by: Actor, at: datetime
) -> Guardian:
    """Note a parent or guardian until the day before the 18th birthday. Under one address there is one person."""
    GUARDIANS.must_allow("add", by)
    known = people_at(email).filter(guardianships__student__school=student.school_id).first()
    person = known or new_person(given_name=given_name, family_name=family_name, email=email)
    guardian, new = Guardian.objects.get_or_create(
        student=student, person=person, defaults={"until": last_day_as_minor(student.birth_date)}
    )
    if new:
        GUARDIANS.log(guardian, "add", by=by, at=at)
    return guardian


def last_day_as_minor(birth_date: date | None) -> date | None:
    """The day before turning 18; somebody born on 29 February turns 18 on 1 March."""
    if birth_date is None:
        return None
    month, day = (3, 1) if (birth_date.month, birth_date.day) == (2, 29) else (birth_date.month, birth_date.day)
    return date(birth_date.year + 18, month, day) - timedelta(days=1)
