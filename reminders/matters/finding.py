"""What is asked before there is a placement: a firm for places, a student for wishes."""

from django.urls import reverse

from employers.models import RoundFirm
from placements.models import MatchingStudent, Placement
from placements.rules.wishing import counts_until
from reminders.letters.parts import Matter
from reminders.matters.placements import still_to_come
from reminders.models import Due
from reminders.ways import Ways


def to_offer(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """Who asks, for which weeks, and the page on which one offers places or says why not."""
    asked = RoundFirm.objects.filter(pk__in={row.subject_id for row in rows})
    found = []
    for one in asked.select_related("employer", "round__person__user").order_by("pk"):
        asker = one.round.person
        found.append(
            Matter(
                student="",
                workplace=one.employer.name,
                starts_on=one.round.starts_on,
                ends_on=one.round.ends_on,
                sender=asker.full_name if asker else ways.school.name,
                reply=asker.user.email if asker and asker.user else "",
                url=ways.offers(one.employer.public_id),
            )
        )
    return found


def to_tell(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    looking = MatchingStudent.objects.filter(pk__in={row.subject_id for row in rows}).select_related("matching")
    return [
        Matter(
            student="",
            workplace=ways.school.name,
            starts_on=one.matching.starts_on,
            ends_on=one.matching.ends_on,
            own=True,
            by=still_to_come(counts_until(one.matching.starts_on), ways.now),
            url=ways.page(reverse("placements:wishes")),
        )
        for one in looking.order_by("pk")
    ]
