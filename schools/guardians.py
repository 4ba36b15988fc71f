"""Who stands behind a minor: noted by the school, for as long as the student is one."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, gettext_lazy

from accounts.models import ContactPoint, Person
from accounts.roles import Role
from core.names import sort_key
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
    person = _known(student, email) or _new(given_name, family_name, email)
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


def _known(student: Student, email: str) -> Person | None:
    known = Person.objects.filter(
        guardianships__student__school=student.school_id,
        contact_points__channel=ContactPoint.Channel.EMAIL,
        contact_points__address__iexact=email,
    )
    return known.order_by("pk").first()


def _new(given_name: str, family_name: str, email: str) -> Person:
    """Somebody new, written to in the language of whoever wrote them down."""
    person = Person.objects.create(
        given_name=given_name,
        family_name=family_name,
        sort_key=sort_key(family_name, given_name),
        language=get_language() or settings.LANGUAGE_CODE,
    )
    ContactPoint.objects.create(person=person, channel=ContactPoint.Channel.EMAIL, address=email.lower())
    return person
