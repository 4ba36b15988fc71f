"""Who may take over items, placements and firms of the school, and who sees that it is done."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Person
from accounts.roles import Role
from placements.models import HandOver
from reports.models import Handling

LEADING = (Role.COORDINATOR, Role.HEAD)


def coordinators_visible_to(viewer: Membership) -> QuerySet[Person]:
    """The coordinators who work at the viewer's school today; none for other roles."""
    if viewer.role not in LEADING:
        return Person.objects.none()
    return Person.objects.filter(user__in=_working(viewer, Role.COORDINATOR).values("user")).order_by("sort_key", "pk")


def receivers_visible_to(viewer: Membership) -> QuerySet[Any]:
    """Who may be given something today: coordinators first (`is_coordinator`), then teachers, who get firms alone."""
    if viewer.role not in LEADING:
        return Person.objects.none()
    is_coordinator = Exists(_working(viewer, Role.COORDINATOR).filter(user=OuterRef("user")))
    found = Person.objects.filter(user__in=_working(viewer, Role.COORDINATOR, Role.TEACHER).values("user"))
    return found.annotate(is_coordinator=is_coordinator).order_by("-is_coordinator", "sort_key", "pk")


def _working(viewer: Membership, *roles: Role) -> QuerySet[Membership]:
    today = timezone.localdate()
    works = (Q(starts_on=None) | Q(starts_on__lte=today)) & (Q(ends_on=None) | Q(ends_on__gte=today))
    return Membership.objects.filter(
        works, organisation=viewer.organisation_id, role__in=roles, user__is_active=True
    ).order_by()


def handlings_visible_to(viewer: Membership) -> QuerySet[Handling]:
    if viewer.role != Role.COORDINATOR:
        return Handling.objects.none()
    return Handling.objects.filter(school=viewer.organisation_id)


def hand_overs_visible_to(viewer: Membership) -> QuerySet[HandOver]:
    """Every coordinator reads them, as every one may cover for a colleague; a teacher reads what came to that teacher.

    Only the receiver says "I have it".
    """
    found = HandOver.objects.filter(school=viewer.organisation_id)
    if viewer.role == Role.TEACHER:
        return found.filter(receiver__user=viewer.user_id)
    return found if viewer.role in LEADING else found.none()
