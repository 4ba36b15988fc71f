"""Reads for giving placements to another coordinator: what becomes of each."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.roles import Role
from placements.models import Placement
from placements.workflow.tables import PLACEMENT

MOST = 500


@dataclass(frozen=True)
class Line:
    """One placement of the preview: who has it now, and why it stays with them, where it does."""

    placement: Any
    now: str
    why_not: str = ""


def lines(placements: QuerySet[Placement], to: Person) -> list[Line]:
    """The first `MOST` of the list, each with what would happen."""
    return [_line(placement, to) for placement in placements.select_related(*_SHOWN)[:MOST]]


_SHOWN = ("learner", "employer", "coordinator", "enrolment__cohort__version__programme")


def _line(placement: Placement, to: Person) -> Line:
    now = placement.coordinator.full_name if placement.coordinator else _("Nobody yet")
    open_verbs = {move.verb for move in PLACEMENT.open_moves(placement.state, Role.COORDINATOR)}
    if placement.coordinator_id == to.pk:
        return Line(placement, now, _("Has it already."))
    return Line(placement, now, "" if "hand_on" in open_verbs else _("It was cancelled."))
