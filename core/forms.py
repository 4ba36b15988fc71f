"""Fields that more than one form asks for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def ticked(form: forms.Form, *names: str) -> set[str]:
    """What is ticked in these fields, as text: at first what the form begins with, then what was sent."""
    return {str(value) for name in names for value in form[name].value() or ()}


def look_again(form: forms.Form, seen: Any) -> None:
    """What was typed stays; what the page shows by now counts as `seen` when the form is sent again."""
    data: Any = form.data
    data = data.copy()
    data["seen"] = seen
    form.data = data


class DayInput(forms.DateInput):
    """The browser's own day picker; works with typing too."""

    input_type = "date"

    def __init__(self, **kwargs: Any):
        super().__init__(format="%Y-%m-%d", **kwargs)


class ClockInput(forms.TimeInput):
    """The browser's own time picker; works with typing too."""

    input_type = "time"

    def __init__(self, **kwargs: Any):
        super().__init__(format="%H:%M", **kwargs)


class ClockField(forms.TimeField):
    """A time of day in hours and minutes."""

    widget = ClockInput
    default_error_messages = {"invalid": _("Write the time like 08:30.")}


class CodesField(forms.CharField):
    """A list of codes, typed with commas between them."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value) -> list[str]:
        codes = list(dict.fromkeys(super().clean(value).replace(",", " ").split()))
        if any(len(code) > 20 for code in codes):
            raise ValidationError(_("A code has at most 20 characters."))
        return codes
