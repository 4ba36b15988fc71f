"""When a membership counts."""

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Standing(TextChoices):
    LATER = "later", _("Not yet")
    NOW = "now", _("Works here")
    OVER = "over", _("Ended")


def standing(starts_on: date | None, ends_on: date | None, today: date) -> Standing:
    """Both days belong to the time; a missing day leaves that side open."""
    if starts_on and today < starts_on:
        return Standing.LATER
    return Standing.OVER if ends_on and ends_on < today else Standing.NOW


def in_force(starts_on: date | None, ends_on: date | None, today: date) -> bool:
    return standing(starts_on, ends_on, today) == Standing.NOW
