"""Who may take over items, placements and firms: the coordinators of the school; and who sees that it is done."""

from django.db.models import Q, QuerySet
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
    today = timezone.localdate()
    works = (Q(starts_on=None) | Q(starts_on__lte=today)) & (Q(ends_on=None) | Q(ends_on__gte=today))
    found = Membership.objects.filter(
        works, organisation=viewer.organisation_id, role=Role.COORDINATOR, user__is_active=True
    )
    return Person.objects.filter(user__in=found.values("user")).order_by("sort_key", "pk")


def handlings_visible_to(viewer: Membership) -> QuerySet[Handling]:
    if viewer.role != Role.COORDINATOR:
        return Handling.objects.none()
    return Handling.objects.filter(school=viewer.organisation_id)


def hand_overs_visible_to(viewer: Membership) -> QuerySet[HandOver]:
    """Every coordinator reads them, as every one may cover for a colleague; only the receiver says "I have it"."""
    if viewer.role not in LEADING:
        return HandOver.objects.none()
    return HandOver.objects.filter(school=viewer.organisation_id)
