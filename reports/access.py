"""Who may take over items of the coordinator's day: the coordinators of the school, and nobody else."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Person
from accounts.roles import Role
from reports.models import Handling


def coordinators_visible_to(viewer: Membership) -> QuerySet[Person]:
    """The coordinators who work at the viewer's school today; none for other roles."""
    if viewer.role != Role.COORDINATOR:
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
