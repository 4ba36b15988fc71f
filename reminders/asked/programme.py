"""By whose days people are asked: those of the programme version that the learner is enrolled in."""

from placements.models import Placement
from schools.deadlines import USUAL, Deadlines
from schools.deadlines import deadlines_of as of_version


def deadlines_of(placement: Placement) -> Deadlines:
    """Without an enrolment (a teacher at work, a job) the usual days; comes with enrolment, cohort and version."""
    return of_version(placement.enrolment.cohort.version) if placement.enrolment else USUAL
