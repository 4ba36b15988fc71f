"""What students are asked that is no task."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Link, Membership
from accounts.roles import Role
from placements.models import Placement, Reflection
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of
from reminders.models import Due
from reminders.ways import Ways


def to_reflect(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """Who asks and reads; the question itself stays out of letters."""
    asked = Reflection.objects.select_related("reader").in_bulk({row.subject_id for row in rows})
    return [
        matter_of(
            placements[one.placement_id],
            ways,
            sender=one.reader.full_name,
            url=ways.page(reverse("placements:reflection", args=[one.public_id])),
        )
        for one in asked.values()
    ]


def to_follow_up(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """Whoever has left the school in the meantime answers by a link, also with an account that still works."""
    signs_in = ways.has_account and _is_student(ways)
    found = []
    for row in rows:
        placement = placements[row.subject_id]
        page = reverse("placements:follow_up", args=[placement.public_id])
        url = ways.page(page) if signs_in else ways.link(Link.Purpose.FOLLOW_UP, placement.pk)
        found.append(matter_of(placement, ways, url=url))
    return found


def _is_student(ways: Ways) -> bool:
    today = timezone.localdate(ways.now)
    here = Membership.objects.filter(user__person=ways.person, organisation=ways.school, role=Role.STUDENT)
    return here.filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today)).exists()
