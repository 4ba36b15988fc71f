"""The forms of a new school year, of students who go on, and of a programme that begins as another one is."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import ClosedDay, Person
from core.forms import DayInput, ticked
from schools.models import Cohort, Enrolment
from schools.rules import a_year_later, name_a_year_later
from schools.workflow.years import Next


class CopyForm(forms.Form):
    name = forms.CharField(label=_("Name of the new programme"), max_length=200)


class YearForm(forms.Form):
    """For each cohort whether it begins again, how it is called then, and when; and whether closed days come back."""

    closed = forms.BooleanField(
        label=_("Close the same days a year later"),
        help_text=_("On the same weekday. Look at them afterwards: holidays may lie otherwise."),
        required=False,
        initial=True,
    )

    def __init__(self, *args, cohorts: list[Cohort], days: list[ClosedDay], **kwargs):
        super().__init__(*args, **kwargs)
        self._cohorts, self._days = cohorts, days
        if not days:
            del self.fields["closed"]
        for cohort in cohorts:
            key = cohort.public_id
            last = a_year_later(cohort.ends_on) if cohort.ends_on else None
            self.fields[f"tick_{key}"] = forms.BooleanField(label=_("Begins again"), required=False, initial=True)
            self.fields[f"name_{key}"] = forms.CharField(
                label=_("Name"), max_length=120, initial=name_a_year_later(cohort.name)
            )
            self.fields[f"starts_on_{key}"] = forms.DateField(
                label=_("First day"), widget=DayInput, initial=a_year_later(cohort.starts_on)
            )
            self.fields[f"ends_on_{key}"] = forms.DateField(
                label=_("Last day"), widget=DayInput, initial=last, required=False
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        names = ("tick", "name", "starts_on", "ends_on")
        return [{"cohort": one, **{name: self[f"{name}_{one.public_id}"] for name in names}} for one in self._cohorts]

    @property
    def day_count(self) -> int:
        return len(self._days)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for one in self._cohorts:
            first, last = (cleaned.get(f"{name}_{one.public_id}") for name in ("starts_on", "ends_on"))
            if first and last and last < first:
                self.add_error(f"ends_on_{one.public_id}", _("The last day is before the first day."))
        return cleaned

    @property
    def chosen(self) -> list[Next]:
        said = self.cleaned_data
        return [
            Next(one, *(said[f"{name}_{one.public_id}"] for name in ("name", "starts_on", "ends_on")))
            for one in self._cohorts
            if said[f"tick_{one.public_id}"]
        ]

    @property
    def days(self) -> list[ClosedDay]:
        return self._days if self.cleaned_data.get("closed") else []


class MoveUpForm(forms.Form):
    """Which students go on in another cohort, from when, and who assesses them there."""

    enrolments = forms.ModelMultipleChoiceField(
        Enrolment.objects.none(),
        to_field_name="public_id",
        error_messages={"required": _("Please choose at least one student.")},
    )
    starts_on = forms.DateField(label=_("First day there"), widget=DayInput)
    teacher = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Teacher who assesses them"),
        to_field_name="public_id",
        required=False,
        empty_label=_("Each keeps the teacher of now"),
    )

    def __init__(self, *args, enrolments: QuerySet[Enrolment], teachers: QuerySet[Person], **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["enrolments"].queryset, fields["teacher"].queryset = enrolments, teachers

    @property
    def ticked(self) -> set[str]:
        return ticked(self, "enrolments")
