"""By whose days people are asked: those of the programme version that the learner is enrolled in."""

from typing import Any

from placements.models import Placement
from schools.deadlines import USUAL, Deadlines
from schools.deadlines import deadlines_of as of_version


def deadlines_of(placement: Placement) -> Deadlines:
    """Without an enrolment (a teacher at work, a job) the usual days; comes with enrolment, cohort and version."""
    return of_version(placement.enrolment.cohort.version) if placement.enrolment else USUAL


def about(placement: Placement, person: int) -> dict[str, Any]:
    """What every fact about a placement says: who is asked, for which school, by whose days."""
    return {
        "person": person,
        "school": placement.school_id,
        "placement": placement.pk,
        "deadlines": deadlines_of(placement),
    }
