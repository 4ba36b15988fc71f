"""The only door to letters: the coordinators and heads of the school that sent them; of what was said in confidence,
only the one who was told."""

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.roles import Role
from reminders.models import Due, Kind, Outbox

OFFICE = (Role.COORDINATOR, Role.HEAD)
READERS = (*OFFICE, Role.SAFEGUARDING)


def letters_visible_to(viewer: Membership) -> QuerySet[Outbox]:
    if viewer.role not in READERS:
        return Outbox.objects.none()
    return Outbox.objects.filter(_told(viewer, "letter"), school=viewer.organisation_id)


def due_visible_to(viewer: Membership) -> QuerySet[Due]:
    if viewer.role not in READERS:
        return Due.objects.none()
    return Due.objects.filter(_told(viewer, "kind"), school=viewer.organisation_id)


def _told(viewer: Membership, field: str) -> Q:
    """That a student asked to talk is known to the safeguarding lead alone, and so is every letter about it."""
    talks = Q(**{field: Kind.TALK})
    return talks if viewer.role == Role.SAFEGUARDING else ~talks
