"""The only door to credit: of which enrolments a member may read it, which decisions and requests they see."""

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.roles import STAFF, Role
from credits.models import Correction, Decision, Record
from placements.models import Placement
from schools.models import Enrolment, Student


def enrolments_to_credit(viewer: Membership) -> QuerySet[Enrolment]:
    """Whose credit a member of the staff reads: a teacher that of the students they assess or accompany."""
    own = Enrolment.objects.filter(student__school=viewer.organisation_id)
    if viewer.role not in STAFF:
        return own.none()
    if viewer.role != Role.TEACHER:
        return own
    accompanied = Placement.objects.filter(teacher__user=viewer.user_id, enrolment__isnull=False)
    return own.filter(Q(teacher__user=viewer.user_id) | Q(pk__in=accompanied.values("enrolment")))


def own_decisions(viewer: Membership) -> QuerySet[Decision]:
    """What was decided on a student's own credit: only they may ask to look at it again."""
    if viewer.role != Role.STUDENT:
        return Decision.objects.none()
    own = Enrolment.objects.filter(student__school=viewer.organisation_id, student__person__user=viewer.user_id)
    return Decision.objects.filter(enrolment__in=own, decided_at__isnull=False)


def decisions_visible_to(viewer: Membership) -> QuerySet[Decision]:
    """What was decided: staff who read the credit, and the student it is about."""
    if viewer.role == Role.STUDENT:
        return own_decisions(viewer)
    return Decision.objects.filter(enrolment__in=enrolments_to_credit(viewer), decided_at__isnull=False)


def corrections_visible_to(viewer: Membership) -> QuerySet[Correction]:
    """Requests are read by the staff who read the credit; the student reads their own beside the decision."""
    return Correction.objects.filter(decision__enrolment__in=enrolments_to_credit(viewer))


def enrolments_on_transcript(viewer: Membership) -> QuerySet[Enrolment]:
    """Whose rows of the ledger a member reads: the staff as above, a student their own."""
    if viewer.role != Role.STUDENT:
        return enrolments_to_credit(viewer)
    return Enrolment.objects.filter(student__school=viewer.organisation_id, student__person__user=viewer.user_id)


def students_with_transcript(viewer: Membership) -> QuerySet[Student]:
    return Student.objects.filter(pk__in=enrolments_on_transcript(viewer).values("student"))


def records_visible_to(viewer: Membership) -> QuerySet[Record]:
    """What was noted about enrolments whose credit the member reads."""
    return Record.objects.filter(enrolment__in=enrolments_to_credit(viewer))
