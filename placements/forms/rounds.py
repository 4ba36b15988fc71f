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
    """The firms that would be asked, all ticked."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    firms = forms.MultipleChoiceField(
        label=_("Firms that are asked"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one firm.")},
    )

    def __init__(self, data: QueryDict | None, *, asked: Collection[Candidate]):
        super().__init__(data)
        self.asked = {str(one.employer.public_id): one for one in asked}
        self.fields["firms"].choices = [(key, one.employer.name) for key, one in self.asked.items()]  # type: ignore[attr-defined]
        self.fields["firms"].initial = list(self.asked)

    @property
    def ticked(self) -> set[str]:
        return ticked(self, "firms")

    @property
    def chosen(self) -> dict[int, int]:
        """Who reads it at each ticked firm, by key."""
        ticked = [self.asked[key] for key in self.cleaned_data["firms"]]
        return {one.employer.pk: one.reader.pk for one in ticked if one.reader}
