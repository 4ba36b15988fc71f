"""The forms of earlier work: its sum, the word of the workplace, and the talk about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from placements.models import EarlierWork

MOST_HOURS = 9999


def _whole(label: Any, highest: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=highest, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )


class SumForm(forms.Form):
    """Hours and minutes beside each other; `minutes_in_all` is the sum."""

    hours = _whole(_("Hours in all"), MOST_HOURS)
    minutes = _whole(_("and minutes"), 59)

    @property
    def minutes_in_all(self) -> int:
        return self.cleaned_data["hours"] * 60 + self.cleaned_data["minutes"]


class EarlierForm(SumForm):
    starts_on = forms.DateField(label=_("First day of this work"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day of this work"), widget=DayInput())
    days = forms.IntegerField(label=_("On how many days?"), min_value=1, max_value=3660)
    relevance = forms.CharField(
        label=_("What has it to do with the programme?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    before_enrolment = forms.BooleanField(
        label=_("It counts from before the enrolment: our rules allow it"), required=False
    )

    field_order = ("starts_on", "ends_on", "days", "hours", "minutes", "relevance", "before_enrolment")

    @property
    def values(self) -> dict[str, Any]:
        """What `write_earlier` asks for."""
        names = ("starts_on", "ends_on", "days", "relevance", "before_enrolment")
        return {name: self.cleaned_data[name] for name in names} | {"minutes": self.minutes_in_all}


class HostWordForm(SumForm):
    """What somebody at the workplace says in their own name."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Type the name of the person who confirms.")},
    )


class PaperWordForm(HostWordForm):
    """The same, written down by the school from a paper."""

    file = forms.FileField(
        label=_("The paper that the workplace signed"),
        help_text=_("PDF, JPEG, PNG or WebP, at most 10 MB."),
        error_messages={"required": _("Add the paper that the workplace signed.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Who signed it?")


class TalkedForm(forms.Form):
    on = forms.DateField(label=_("When did you talk it through with the student?"), widget=DayInput())


def written(earlier: EarlierWork | None) -> dict[str, Any]:
    """What stands already, as the form asks for it."""
    if earlier is None:
        return {}
    names = ("starts_on", "ends_on", "days", "relevance", "before_enrolment")
    return {name: getattr(earlier, name) for name in names} | sum_of(earlier.minutes)


def sum_of(minutes: int) -> dict[str, int]:
    return {"hours": minutes // 60, "minutes": minutes % 60}
