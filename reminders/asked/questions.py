"""Which students are asked what a teacher wants to know, and what came after."""

from collections.abc import Iterable
from datetime import date

from placements.access import still_read
from placements.models import FollowUp, Placement, Reflection
from reminders.asked.programme import about
from reminders.due.lines import Fact
from reminders.due.questions import ToFollowUp, ToReflect

type _Learner = tuple[int, int]
"""A school and a person."""


def to_reflect(placements: dict[int, Placement], today: date) -> list[Fact]:
    """Questions of teachers who still read the answer, to students who sign in: only there is the page."""
    waiting = Reflection.objects.filter(
        still_read(today),
        placement__in=placements,
        placement__learner__user__isnull=False,
        answered_at=None,
        withdrawn_at=None,
    ).exclude(placement__purpose=Placement.Purpose.TEACHER)
    found: list[Fact] = []
    for asked in waiting.order_by("pk"):
        placement = placements[asked.placement_id]
        found.append(ToReflect(**about(placement, placement.learner_id), reflection=asked.pk, asked_at=asked.asked_at))
    return found


def to_follow_up(placements: dict[int, Placement]) -> list[Fact]:
    """The last placement of each student of a school, once it has ended: who goes on at work is not asked yet, and
    who does not want to be asked never."""
    ended = [
        one
        for one in placements.values()
        if one.state == Placement.State.ENDED and one.purpose == Placement.Purpose.STUDENT
    ]
    last = _last_of(ended)
    answered, silent = _said_of(ended)
    return [
        ToFollowUp(**about(placement, placement.learner_id), ends_on=placement.ends_on)
        for placement in ended
        if last[_learner(placement)][1] == placement.pk
        and placement.pk not in answered
        and _learner(placement) not in silent
    ]


def _learner(placement: Placement) -> _Learner:
    return placement.school_id, placement.learner_id


def _last_of(placements: Iterable[Placement]) -> dict[_Learner, tuple[date, int]]:
    """The last day and the key of the last placement of each student, also one that has not begun."""
    known = Placement.objects.filter(
        learner__in={one.learner_id for one in placements}, purpose=Placement.Purpose.STUDENT
    ).exclude(state=Placement.State.CANCELLED)
    found: dict[_Learner, tuple[date, int]] = {}
    for school, learner, ends_on, pk in known.order_by().values_list("school", "learner", "ends_on", "pk"):
        found[school, learner] = max((ends_on, pk), found.get((school, learner), (date.min, 0)))
    return found


def _said_of(placements: Iterable[Placement]) -> tuple[set[int], set[_Learner]]:
    """The placements of which it was said what came after, and the students who do not want to be asked."""
    rows = FollowUp.objects.filter(placement__learner__in={one.learner_id for one in placements}).order_by()
    answered = set(rows.filter(answered_at__isnull=False).values_list("placement", flat=True))
    silent = rows.filter(declined_at__isnull=False).values_list("placement__school", "placement__learner")
    return answered, set(silent)
