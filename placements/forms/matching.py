"""Forms of a coordinator who looks for places for many students: the batch, and what a student wishes."""

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from employers.models import Employer
from placements.forms.wishes import PlaceForm
from placements.models import Wish
from placements.workflow.wishing import FIRMS, Wishes
from schools.models import Cohort, Enrolment


class CohortForm(forms.Form):
    """Whose students look for places."""

    cohort = forms.ModelChoiceField(Cohort.objects.none(), label=_("Cohort"), to_field_name="public_id")

    def __init__(self, *args, cohorts: QuerySet[Cohort], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = cohorts  # type: ignore[attr-defined]


class StudentsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Enrolment) -> str:
        return obj.student.person.full_name


class BatchForm(forms.Form):
    """The students of a cohort, ticked, and when they are to be at work."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For yourself, such as “Retail in January”."))
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)
    students = StudentsField(
        Enrolment.objects.none(),
        label=_("Students who look for a place"),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one student.")},
    )

    def __init__(self, *args, enrolments: QuerySet[Enrolment], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["students"].queryset = enrolments  # type: ignore[attr-defined]
        self.fields["students"].initial = [one.public_id for one in enrolments]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"starts_on", "ends_on"} <= cleaned.keys() and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("The last day is before the first day."))
        return cleaned


class WishForm(PlaceForm):
    """What a student wishes and needs of a place, as the school writes it down."""

    priority = forms.BooleanField(label=_("Finds a place before the others do"), required=False)

    def __init__(self, *args, hosts: QuerySet[Employer], wish: Wish | None, priority: bool, **kwargs):
        super().__init__(*args, wish=wish, **kwargs)
        labels = (_("First wish"), _("Second wish"), _("Third wish"), _("Fourth wish"), _("Fifth wish"))
        firms = {str(host.public_id): host for host in hosts}
        choices = [("", _("No wish")), *((key, host.name) for key, host in firms.items())]
        for number, label in enumerate(labels, 1):
            self.fields[f"host_{number}"] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=firms.get, empty_value=None, required=False
            )
        named = wish.hosts.all() if wish else ()
        kept = {f"host_{row.position}": str(row.employer.public_id) for row in named}
        self.initial = {**self.initial, "priority": priority, **kept}

    @property
    def firms(self) -> list[BoundField]:
        """The fields of the firms that are wished for, the most wanted first."""
        return [self[f"host_{number}"] for number in range(1, FIRMS + 1)]

    @property
    def wishes(self) -> Wishes:
        hosts = (self.cleaned_data[field.name] for field in self.firms)
        return replace(super().wishes, hosts=tuple(host for host in hosts if host))
