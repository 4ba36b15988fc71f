"""Which hosts are told that a placement ends, and which are thanked."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import F, Q

from employers.models import SchoolEmployer, Supervisor
from employers.queries import at_work
from placements.models import Concern, Feedback, FeedbackUse, Incident, Placement
from reminders.asked.hosts import last_supervisor
from reminders.asked.moves import Moves
from reminders.asked.programme import about
from reminders.due.endings import ToEnd, ToThank
from reminders.due.lines import Fact

_THANKED_AFTER = (Placement.EndReason.TRAVEL, Placement.EndReason.NO_WORK, Placement.EndReason.INTERRUPTION)
"""Reasons of an early end that say nothing against the host, and nothing of the student."""


def to_end(placements: dict[int, Placement], moves: Moves) -> list[Fact]:
    running = [one for one in placements.values() if one.state == Placement.State.RUNNING]
    given = _givers([one.pk for one in running])
    return [
        ToEnd(**about(placement, person), starts_on=placement.starts_on, ends_on=placement.ends_on)
        for placement in running
        if placement.pk not in given and placement.pk not in moves.stopped and (person := last_supervisor(placement))
    ]


def to_thank(placements: dict[int, Placement], today: date) -> list[Fact]:
    """Whoever gave the closing feedback, else whoever guided last; nobody who has left, and nobody in doubt."""
    over = {one.pk: one for one in placements.values() if _went_well(one)}
    in_doubt, givers, staff = _in_doubt(over.values()), _givers(over), _staff(over.values(), today)
    found: list[Fact] = []
    for placement in over.values():
        person = givers.get(placement.pk) or last_supervisor(placement)
        if person and placement.pk not in in_doubt and (placement.employer_id, person) in staff:
            found.append(ToThank(**about(placement, person), ends_on=placement.ends_on))
    return found


def uses_to_tell(use_ids: Collection[int]) -> set[int]:
    """The uses of a feedback whose giver was still at the firm, or never guided there (an owner)."""
    giver = "feedback__person__supervisors"
    stayed = Q(**{giver: None}) | Q(**{f"{giver}__ends_on": None}) | Q(**{f"{giver}__ends_on__gte": F("at__date")})
    return set(FeedbackUse.objects.filter(stayed, pk__in=use_ids).values_list("pk", flat=True))


def _went_well(placement: Placement) -> bool:
    if placement.purpose != Placement.Purpose.STUDENT or placement.employer is None or placement.employer.closed_on:
        return False
    broke = placement.state == Placement.State.BROKEN and placement.end_reason in _THANKED_AFTER
    return placement.state == Placement.State.ENDED or broke


def _in_doubt(placements: Collection[Placement]) -> set[int]:
    """With a talk or an incident that is open, or at a firm that the school does not send students to now."""
    open_talks = Concern.objects.filter(placement__in=placements).exclude(state=Concern.State.CLOSED)
    open_incidents = Incident.objects.filter(placement__in=placements).exclude(state=Incident.State.CLOSED)
    told = {*open_talks.values_list("placement", flat=True), *open_incidents.values_list("placement", flat=True)}
    stopped = set(
        SchoolEmployer.objects.filter(
            Q(suspended_at__isnull=False) | Q(not_approved_since__isnull=False),
            employer__in={one.employer_id for one in placements},
        ).values_list("school", "employer")
    )
    return told | {one.pk for one in placements if (one.school_id, one.employer_id) in stopped}


def _givers(placement_ids: Iterable[int]) -> dict[int, int]:
    """Who gave the closing feedback, by placement."""
    return dict(Feedback.objects.filter(placement__in=placement_ids).values_list("placement", "person"))


def _staff(placements: Collection[Placement], today: date) -> set[tuple[int | None, int]]:
    """The people who guide at these firms today, by firm."""
    firms = {one.employer_id for one in placements}
    here = Supervisor.objects.filter(at_work(today), site__employer__in=firms)
    return set(here.values_list("site__employer", "person"))
