"""Whether a host has room for one more student, by what it has set itself: asked where a student gets a workplace."""

from datetime import date

from core.workflow import Refused
from employers.models import Capacity, Site
from employers.queries import as_wishes, wishes_of
from employers.rules import Stay, no_asking, no_room
from placements.models import Placement
from placements.queries.room import stays_at


def must_have_room(
    site: Site, learner_id: int, starts_on: date, ends_on: date, placement: Placement | None = None
) -> None:
    """Raises `Refused`, with the host's own limit in words, for a student too many at a firm, at whichever schools.

    The row of the limits stays locked: of two schools that take the last place at one moment, the second is refused.
    `placement` is the student's own, where it exists.
    """
    if site.employer_id is None:
        return
    capacity = Capacity.objects.select_for_update(of=("self",)).filter(employer=site.employer_id).first()
    if capacity is None:
        return
    rows = stays_at(site.employer_id)
    own = [stay.began for key, stay in rows if placement and key == placement.pk]
    others = [stay for key, stay in rows if not placement or key != placement.pk]
    stay = Stay(learner_id, starts_on, ends_on, began=min([starts_on, *own]))
    if problem := no_room(as_wishes(capacity), stay, others):
        raise Refused(problem)


def must_want_asking(site: Site, today: date) -> None:
    """Raises `Refused` in a quiet month of the firm, in a pause, and once it takes nobody any more."""
    if problem := no_asking(wishes_of(site.employer_id), today):
        raise Refused(problem)
