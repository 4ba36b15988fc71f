"""What is missing before a start, and on the first day."""

from collections.abc import Mapping
from datetime import datetime

from core.models import Transition
from placements.models import Agreement, Contact, Placement
from placements.rules.contacts import Facts
from reminders.asked.programme import about
from reminders.asked.staff import Staff
from reminders.due import starting as due
from reminders.due.lines import Fact

_AGREED_ON = (Placement.Purpose.STUDENT, Placement.Purpose.TEACHER)
_ON_ITS_WAY = (*Agreement.SIGNING, Agreement.State.IN_FORCE)


def to_start(placements: Mapping[int, Placement], known: Mapping[int, Facts], staff: Staff) -> list[Fact]:
    """Plans to write, agreements that are not in force, and students of whom nobody has heard, for the coordinator."""
    planned = {
        pk: placement
        for pk, placement in placements.items()
        if placement.state == Placement.State.PLANNED and placement.purpose in _AGREED_ON
    }
    agreements, created = _agreements(planned), _created_at(planned)
    found: list[Fact] = []
    for pk, placement in placements.items():
        if coordinator := staff.coordinator(placement):
            common = about(placement, coordinator)
            if pk in planned and pk not in agreements:
                found.append(due.ToPlan(starts_on=placement.starts_on, created_at=created.get(pk), **common))
            if pk in planned and agreements.get(pk) != Agreement.State.IN_FORCE:
                found.append(due.ToCall(starts_on=placement.starts_on, **common))
            if (facts := known.get(pk)) and _is_unheard_of(placement, facts):
                found.append(due.ToArrive(first_day=facts.first_day, begins_at=facts.begins_at, **common))
    return found


def _is_unheard_of(placement: Placement, facts: Facts) -> bool:
    """At work since the first planned day, and neither shown around, nor logged, nor told as absent."""
    expected = placement.state == Placement.State.RUNNING and placement.purpose == Placement.Purpose.STUDENT
    heard = facts.has([Contact.Kind.INDUCTION]) or facts.worked or facts.first_day in facts.absent
    return bool(expected and facts.planned and not heard)


def _agreements(placements: Mapping[int, Placement]) -> dict[int, str]:
    """The state of the agreement that is in force or on its way to it; one in force comes before all others."""
    rows = Agreement.objects.filter(plan__placement__in=placements, state__in=_ON_ITS_WAY).order_by("pk")
    found: dict[int, str] = {}
    for placement, state in rows.values_list("plan__placement", "state"):
        if found.get(placement) != Agreement.State.IN_FORCE:
            found[placement] = state
    return found


def _created_at(placements: Mapping[int, Placement]) -> dict[int, datetime]:
    moves = Transition.objects.filter(noun="placement", object_id__in=placements, verb="create").order_by("at")
    return dict(moves.values_list("object_id", "at"))
