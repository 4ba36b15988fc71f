"""The only door to a school's programmes, cohorts and students."""

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.roles import Role
from schools.models import Cohort, Enrolment, Programme, SchoolClass, Student

_OFFICE = (Role.COORDINATOR, Role.HEAD, Role.SAFEGUARDING)
_CURRICULUM = (Role.COORDINATOR, Role.HEAD, Role.TEACHER, Role.ADMINISTRATOR)


def programmes_visible_to(viewer: Membership) -> QuerySet[Programme]:
    return Programme.objects.filter(school=viewer.organisation_id) if _one_of(viewer, _CURRICULUM) else _none(Programme)


def cohorts_visible_to(viewer: Membership) -> QuerySet[Cohort]:
    return Cohort.objects.filter(version__programme__in=programmes_visible_to(viewer))


def classes_visible_to(viewer: Membership) -> QuerySet[SchoolClass]:
    if not _one_of(viewer, _CURRICULUM):
        return _none(SchoolClass)
    return SchoolClass.objects.filter(school=viewer.organisation_id)


def students_visible_to(viewer: Membership) -> QuerySet[Student]:
    """Office: all of the school; a teacher: those of own classes or assessed; a student and a guardian: themselves."""
    own = Student.objects.filter(school=viewer.organisation_id)
    if _one_of(viewer, _OFFICE):
        return own
    reach = {
        Role.TEACHER: Q(person__class_memberships__school_class__members__person__user=viewer.user_id)
        | Q(enrolments__teacher__user=viewer.user_id),
        Role.STUDENT: Q(person__user=viewer.user_id),
        Role.GUARDIAN: Q(guardians__person__user=viewer.user_id),
    }
    return own.filter(reach.get(Role(viewer.role), Q(pk__in=[]))).distinct()


def enrolments_visible_to(viewer: Membership) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(student__in=students_visible_to(viewer))


def _one_of(viewer: Membership, roles: tuple[Role, ...]) -> bool:
    return viewer.role in roles


def _none(model):
    return model.objects.none()
