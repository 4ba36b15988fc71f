"""Where one goes on from a placement, besides the moves of its table: the pages of its days, people and papers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import STAFF, Role
from placements.models import Placement

Purpose, State = Placement.Purpose, Placement.State
BEGUN = (*Placement.BEGUN, *Placement.OVER)
OFFICE_AND_TEACHER = (Role.COORDINATOR, Role.TEACHER)
AT_WORK = (Purpose.STUDENT, Purpose.JOB, Purpose.TEACHER)

_LEARNING = (Purpose.STUDENT, Purpose.JOB)


@dataclass(frozen=True)
class Way:
    """A page about a placement, or its student, for these roles, in these states and for these kinds of placement."""

    name: str
    label: Any
    roles: Collection[str]
    states: Collection[str] = BEGUN
    purposes: Collection[str] = AT_WORK
    of_student: bool = False


WAYS = (
    Way("placements:appointment_new", _("Plan a visit or talk"), STAFF, Placement.LIVE),
    Way("placements:report_hours", _("Hours told by phone or on paper"), OFFICE_AND_TEACHER),
    Way("placements:absence_new", _("Somebody was absent"), (Role.COORDINATOR, Role.STUDENT), Placement.BEGUN),
    Way("placements:week_sheet", _("Week sheets on paper"), (Role.COORDINATOR, Role.STUDENT), Placement.LIVE),
    Way("placements:demonstrations", _("Shown at work"), (*STAFF, Role.STUDENT), BEGUN, _LEARNING),
    Way("placements:skills", _("How both sides see the skills"), STAFF, BEGUN, (Purpose.STUDENT,)),
    Way("placements:own_skills", _("How I see my skills"), (Role.STUDENT,), BEGUN, (Purpose.STUDENT,)),
    Way("placements:feedback", _("Feedback of the host"), (*STAFF, Role.STUDENT)),
    Way("placements:reflection_new", _("Ask the student a question"), (Role.TEACHER,), BEGUN, _LEARNING),
    Way("placements:adjustments_teacher", _("What helps this student"), (Role.TEACHER,), State.values),
    Way("placements:adjustments", _("What helps me at work"), (Role.STUDENT,), State.values, of_student=True),
    Way("placements:alerts_of", _("Working time, and what is unusual"), OFFICE_AND_TEACHER),
    Way("placements:incident_new", _("Report an accident or a problem"), (*STAFF, Role.STUDENT)),
    Way("placements:other_work", _("Another job beside it"), (Role.STUDENT,), Placement.LIVE, (Purpose.STUDENT,)),
    Way("placements:earlier_work", _("The earlier work"), (*STAFF, Role.STUDENT), State.values, (Purpose.PRIOR_WORK,)),
    Way("placements:teacher_report", _("What the teacher brings back"), STAFF, BEGUN, (Purpose.TEACHER,)),
    Way("placements:again", _("Plan the same for another student"), (Role.COORDINATOR,), State.values, _LEARNING),
    Way("placements:links", _("Links that were sent"), (Role.COORDINATOR,), State.values, Purpose.values),
)


_PLACES = (_("Places that hosts offer"), "placements:places")
_FINDING = (_("Finding places"), "placements:matchings")
_LATE = (_("Late visits and checks"), "reports:late_contacts")
_SHORT = (_("Who falls short of the hours"), "credits:pace")
_ALERTS = (_("Working time, and what is unusual"), "placements:alerts")
_INCIDENTS = (_("Incidents"), "placements:incidents")
_CONCERNS = (_("What hosts ask for"), "placements:concerns")
_REFUSED = (_("What hosts cannot do for a student"), "placements:adjustments_refused")
_HAND_OVERS = (_("Handed over between colleagues"), "reports:hand_overs")
_QUESTIONS = (_("Questions to students"), "placements:reflections")
LISTS = {
    Role.COORDINATOR: (_PLACES, _FINDING, _LATE, _SHORT, _ALERTS, _INCIDENTS, _CONCERNS, _REFUSED, _HAND_OVERS),
    Role.TEACHER: (_QUESTIONS, _LATE, _SHORT, _ALERTS),
    Role.HEAD: (_SHORT, _INCIDENTS, _CONCERNS, _HAND_OVERS),
}
"""Lists over all placements, by the role whose first page leads there."""


def ways(placement: Placement, role: str) -> list[tuple[Any, str]]:
    """Label and address of each page that this role finds useful now."""
    return [
        (way.label, reverse(way.name, args=[] if way.of_student else [placement.public_id]))
        for way in WAYS
        if role in way.roles and placement.state in way.states and placement.purpose in way.purposes
    ]
