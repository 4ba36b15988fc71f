"""What is missing before a start, and on the first day."""

from collections import defaultdict

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from placements.models import Agreement, Placement, Signature
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of
from reminders.models import Due
from reminders.ways import Ways


def to_plan(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    return [_planned(placements[row.subject_id], ways) for row in rows]


def to_call(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """With those who have not signed, by what they are; empty where nobody was asked to sign."""
    missing = _missing({row.subject_id for row in rows})
    return [
        _planned(placements[row.subject_id], ways, what=get_text_list(missing[row.subject_id], _("and")))
        for row in rows
    ]


def to_arrive(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    found = []
    for row in rows:
        placement = placements[row.subject_id]
        log = reverse("placements:contacts", args=[placement.public_id])
        found.append(matter_of(placement, ways, url=ways.page(log)))
    return found


def _planned(placement: Placement, ways: Ways, what: str = "") -> Matter:
    return matter_of(placement, ways, what=what, url=ways.page(reverse("placements:plan", args=[placement.public_id])))


def _missing(placement_ids: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    places = Signature.objects.filter(
        agreement__plan__placement__in=placement_ids, agreement__state__in=Agreement.SIGNING, signed_at=None
    )
    for place in places.select_related("agreement__plan").order_by("agreement", "order", "pk"):
        found[place.agreement.plan.placement_id].append(place.get_party_display())
    return found
