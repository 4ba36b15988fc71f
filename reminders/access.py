"""The only door to letters: the coordinators and heads of the school that sent them."""

from django.db.models import QuerySet

from accounts.models import Membership
from accounts.roles import Role
from reminders.models import Due, Outbox

READERS = (Role.COORDINATOR, Role.HEAD)


def letters_visible_to(viewer: Membership) -> QuerySet[Outbox]:
    if viewer.role not in READERS:
        return Outbox.objects.none()
    return Outbox.objects.filter(school=viewer.organisation_id)


def due_visible_to(viewer: Membership) -> QuerySet[Due]:
    if viewer.role not in READERS:
        return Due.objects.none()
    return Due.objects.filter(school=viewer.organisation_id)
