"""The only door to a school's programmes, cohorts and students."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import STAFF, Role
from schools.models import (
    AgreementBlock,
    Cohort,
    Enrolment,
    Programme,
    RuleException,
    RuleSet,
    RuleSetDraft,
    SchoolClass,
    Skill,
    Student,
)

_OFFICE = (Role.COORDINATOR, Role.HEAD, Role.SAFEGUARDING)
_CURRICULUM = (*STAFF, Role.ADMINISTRATOR)


def stands_behind(day: date, prefix: str = "") -> Q:
    """Guardians who can still sign and read along on that day; `prefix` leads to them."""
    return Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gte": day})


def programmes_visible_to(viewer: Membership) -> QuerySet[Programme]:
    if viewer.role not in _CURRICULUM:
        return Programme.objects.none()
    return Programme.objects.filter(school=viewer.organisation_id)


def own_skills_visible_to(viewer: Membership) -> QuerySet[Skill]:
    """Skills of the school's own programmes; the common ones came with the program."""
    return Skill.objects.filter(programme__in=programmes_visible_to(viewer))


def cohorts_visible_to(viewer: Membership) -> QuerySet[Cohort]:
    return Cohort.objects.filter(version__programme__in=programmes_visible_to(viewer))


def rule_sets_visible_to(viewer: Membership) -> QuerySet[RuleSet]:
    """Those that came with the program and the school's own; another school's are not there."""
    if viewer.role not in _CURRICULUM:
        return RuleSet.objects.none()
    return RuleSet.objects.filter(Q(school=None) | Q(school=viewer.organisation_id))


def own_rule_sets_of(viewer: Membership) -> QuerySet[RuleSet]:
    """Those whose wording the school writes."""
    return rule_sets_visible_to(viewer).filter(school=viewer.organisation_id)


def drafts_visible_to(viewer: Membership) -> QuerySet[RuleSetDraft]:
    """Wordings that somebody of the school tries out."""
    if viewer.role not in (Role.COORDINATOR, Role.HEAD):
        return RuleSetDraft.objects.none()
    return RuleSetDraft.objects.filter(rule_set__school=viewer.organisation_id)


def blocks_visible_to(viewer: Membership) -> QuerySet[AgreementBlock]:
    """The school's own words in its agreements, for those who write programmes."""
    if viewer.role not in (Role.COORDINATOR, Role.ADMINISTRATOR):
        return AgreementBlock.objects.none()
    return AgreementBlock.objects.filter(school=viewer.organisation_id)


def classes_visible_to(viewer: Membership) -> QuerySet[SchoolClass]:
    if viewer.role not in _CURRICULUM:
        return SchoolClass.objects.none()
    return SchoolClass.objects.filter(school=viewer.organisation_id)


def students_visible_to(viewer: Membership) -> QuerySet[Student]:
    """Office: all of the school; a teacher: those of own classes or assessed; a student and a guardian: themselves."""
    own = Student.objects.filter(school=viewer.organisation_id)
    if viewer.role in _OFFICE:
        return own
    reach = {
        Role.TEACHER: Q(person__class_memberships__school_class__members__person__user=viewer.user_id)
        | Q(enrolments__teacher__user=viewer.user_id),
        Role.STUDENT: Q(person__user=viewer.user_id),
        Role.GUARDIAN: Q(guardians__person__user=viewer.user_id) & stands_behind(timezone.localdate(), "guardians__"),
    }
    return own.filter(reach.get(Role(viewer.role), Q(pk__in=[]))).distinct()


def enrolments_visible_to(viewer: Membership) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(student__in=students_visible_to(viewer))


def exceptions_visible_to(viewer: Membership) -> QuerySet[RuleException]:
    """For the staff only; a student hears of an exception on the page of their credit."""
    if viewer.role not in STAFF:
        return RuleException.objects.none()
    return RuleException.objects.filter(enrolment__in=enrolments_visible_to(viewer))
