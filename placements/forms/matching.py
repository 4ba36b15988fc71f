"""Forms of a coordinator who looks for places for many students: the batch, and what a student wishes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from employers.models import Employer, Need
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


class HostField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Employer) -> str:
        return obj.name


class WishForm(forms.Form):
    """What a student wishes and needs of a place."""

    latitude = forms.FloatField(label=_("Latitude of about where the way begins"), min_value=-90, max_value=90,
                                required=False)  # fmt: skip
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, required=False)
    most_km = forms.IntegerField(label=_("No farther than (km)"), min_value=1, max_value=500, required=False)
    languages = forms.CharField(
        label=_("Languages at work"),
        max_length=60,
        required=False,
        help_text=_("Codes with a comma between them, such as en, fr."),
    )
    needs = forms.MultipleChoiceField(
        label=_("What the place must have"), choices=Need.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    priority = forms.BooleanField(label=_("Finds a place before the others do"), required=False)

    def __init__(self, *args, hosts: QuerySet[Employer], **kwargs):
        super().__init__(*args, **kwargs)
        labels = (_("First wish"), _("Second wish"), _("Third wish"), _("Fourth wish"), _("Fifth wish"))
        for number, label in enumerate(labels, 1):
            self.fields[f"host_{number}"] = HostField(
                hosts, label=label, to_field_name="public_id", required=False, empty_label=_("No wish")
            )

    def clean_languages(self) -> tuple[str, ...]:
        return tuple(sorted({code.strip().lower() for code in self.cleaned_data["languages"].split(",")} - {""}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            raise ValidationError(_("A position needs both latitude and longitude."))
        return cleaned

    @property
    def wishes(self) -> Wishes:
        said = self.cleaned_data
        known = said["latitude"] is not None
        hosts = (said[f"host_{number}"] for number in range(1, FIRMS + 1))
        return Wishes(
            position=(said["latitude"], said["longitude"]) if known else None,
            most_km=said["most_km"],
            languages=said["languages"],
            needs=tuple(said["needs"]),
            hosts=tuple(host for host in hosts if host),
        )


def initial_of(wish: Wish | None, *, priority: bool) -> dict[str, Any]:
    """What is known of a student's wishes, for the form."""
    if wish is None:
        return {"priority": priority}
    hosts = {f"host_{row.position}": row.employer.public_id for row in wish.hosts.all()}
    return {
        "priority": priority,
        "latitude": wish.latitude,
        "longitude": wish.longitude,
        "most_km": wish.most_km,
        "languages": ", ".join(wish.languages),
        "needs": wish.needs,
        **hosts,
    }
