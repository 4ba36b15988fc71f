"""What a day is to its learner: planned, to be logged, answered, missed or free."""

from collections.abc import Collection
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from placements.models import Placement, WorkEntry

State = WorkEntry.State


class Standing(models.TextChoices):
    FREE = "free", _("Free")
    PLANNED = "planned", _("Planned")
    TODAY = "today", _("Today")
    OPEN = "open", _("Not logged")
    LOGGED = "logged", _("Logged")
    CONFIRMED = "confirmed", _("Confirmed")
    DIFFERS = "differs", _("Hours differ")
    ABSENT = "absent", _("Absent")


def is_still_planned(state: str, day: date, today: date) -> bool:
    """Whether a planned day of a placement in this state takes place: in a pause and after an end nothing does."""
    if state == Placement.State.CANCELLED:
        return False
    return day < today or state in (Placement.State.PLANNED, Placement.State.RUNNING)


def standing_of(day: date, today: date, *, states: Collection[str], is_planned: bool, is_absent: bool) -> Standing:
    """Where a day stands; `states` are those of what was logged on it. What was worked says more than an absence."""
    if states:
        if State.DISPUTED in states:
            return Standing.DIFFERS
        return Standing.LOGGED if State.LOGGED in states else Standing.CONFIRMED
    if is_absent:
        return Standing.ABSENT
    if not is_planned:
        return Standing.FREE
    return Standing.PLANNED if day > today else Standing.TODAY if day == today else Standing.OPEN
