"""A round: for which period firms are asked, and which of them."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput, ticked
from placements.queries.rounds import Candidate


class PeriodForm(forms.Form):
    """When the students would be there."""

    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)

    def clean_starts_on(self) -> Any:
        day = self.cleaned_data["starts_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("The first day has to be ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"starts_on", "ends_on"} <= cleaned.keys() and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("The last day is before the first day."))
        return cleaned


class FirmsForm(forms.Form):
    """The firms that would be asked, all ticked at first. One page of them is drawn at a time: `boxes` names the firms
    that are asked only with a tick, those of the page that was drawn and those un-ticked before."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    firms = forms.MultipleChoiceField(label=_("Firms that are asked"), required=False)

    def __init__(self, data: QueryDict | None, *, asked: Collection[Candidate]):
        super().__init__(data)
        self.asked = {one.key: one for one in asked}
        self.fields["firms"].choices = [(key, one.employer.name) for key, one in self.asked.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        # Without `boxes` nobody has seen a firm, so none is asked.
        if "turn" not in self.data and not ("boxes" in self.data and self.chosen):
            self.add_error("firms", _("Choose at least one firm."))
        return self.cleaned_data

    @property
    def left_out(self) -> set[str]:
        """What was un-ticked, on whichever page."""
        return set(self.data.get("boxes", "").split()) - ticked(self, "firms")

    @property
    def chosen(self) -> dict[int, int]:
        """Who reads it at each firm that is asked, by key."""
        left_out = self.left_out
        ticked = [one for key, one in self.asked.items() if key not in left_out]
        return {one.employer.pk: one.reader.pk for one in ticked if one.reader}
