"""The only door to credit decisions and the ledger."""

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.roles import STAFF, Role
from credits.models import Decision, LedgerEntry
from placements.models import Placement
from schools.access import enrolments_visible_to
from schools.models import Enrolment


def decisions_visible_to(viewer: Membership) -> QuerySet[Decision]:
    return Decision.objects.filter(enrolment__in=enrolments_visible_to(viewer))


def ledger_visible_to(viewer: Membership) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(enrolment__in=enrolments_visible_to(viewer))


def enrolments_to_credit(viewer: Membership) -> QuerySet[Enrolment]:
    """Whose credit a member of the staff reads: a teacher that of the students they assess or accompany."""
    own = Enrolment.objects.filter(student__school=viewer.organisation_id)
    if viewer.role not in STAFF:
        return own.none()
    if viewer.role != Role.TEACHER:
        return own
    accompanied = Placement.objects.filter(teacher__user=viewer.user_id, enrolment__isnull=False)
    return own.filter(Q(teacher__user=viewer.user_id) | Q(pk__in=accompanied.values("enrolment")))
