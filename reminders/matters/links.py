"""New links, asked for or handed on."""

from django.utils import timezone

from accounts import links
from accounts.models import Link
from placements.models import Placement
from reminders.letters.parts import Matter
from reminders.models import Due
from reminders.ways import Ways


def new_link(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    old = Link.objects.select_related("person").in_bulk({row.subject_id for row in rows})
    return [_link_matter(old[row.subject_id], ways) for row in rows]


def _link_matter(link: Link, ways: Ways) -> Matter:
    forwarded = link.person_id != ways.person.pk
    purpose = Link.Purpose(link.purpose)
    return Matter(
        student="",
        workplace=ways.school.name,
        starts_on=timezone.localdate(link.created_at),
        ends_on=timezone.localdate(ways.now + links.LIFETIME),
        what=purpose,
        sender=link.person.full_name if forwarded else "",
        url=ways.link(purpose, link.subject_id, forwarded_from=link if forwarded else link.forwarded_from),
    )
