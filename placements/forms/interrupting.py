"""The forms for an interruption of many placements: whom it hits, and what has happened."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput, ticked
from employers.models import Employer
from placements.models import Placement
from placements.queries.interrupting import Choice
from placements.workflow.interrupting import Interruption
from schools.models import Cohort


class ChoiceForm(forms.Form):
    """By GET: which placements. What is left empty lets all pass."""

    cohort = forms.ModelChoiceField(
        Cohort.objects.none(),
        label=_("Course"),
        to_field_name="public_id",
        required=False,
        empty_label=_("All courses"),
    )
    employer = forms.ModelChoiceField(
        Employer.objects.none(),
        label=_("Firm"),
        to_field_name="public_id",
        required=False,
        empty_label=_("All firms"),
    )
    region = forms.ChoiceField(label=_("Region of the workplace"), required=False)

    def __init__(
        self, *args, cohorts: QuerySet[Cohort], employers: QuerySet[Employer], regions: Sequence[str], **kwargs
    ):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["cohort"].queryset, fields["employer"].queryset = cohorts, employers
        fields["cohort"].label_from_instance = fields["employer"].label_from_instance = lambda one: one.name
        fields["region"].choices = [("", _("All regions")), *((one, one) for one in regions)]

    @property
    def choice(self) -> Choice:
        values = self.cleaned_data
        cohort, employer = values["cohort"], values["employer"]
        return Choice(
            cohort=cohort.public_id if cohort else None,
            employer=employer.public_id if employer else None,
            region=values["region"],
        )


class TickForm(forms.Form):
    """The placements that are meant, each with a tick."""

    chosen = forms.ModelMultipleChoiceField(
        Placement.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        label=_("Who is meant?"),
        error_messages={"required": _("Tick at least one student.")},
    )

    def __init__(self, *args, placements: QuerySet[Placement], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].queryset = placements  # type: ignore[attr-defined]

    @property
    def ticked(self) -> set[str]:
        return ticked(self, "chosen")


class InterruptForm(TickForm):
    reason = forms.CharField(
        label=_("What has happened?"),
        max_length=300,
        help_text=_("For example: strike in public transport. The staff reads this."),
    )
    since = forms.DateField(label=_("First day"), widget=DayInput())
    until = forms.DateField(
        label=_("Last day, as far as you know"),
        widget=DayInput(),
        required=False,
        help_text=_("It does not go on by itself: come back here then."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first day."))
        return cleaned

    @property
    def interruption(self) -> Interruption:
        return Interruption(**{name: self.cleaned_data[name] for name in ("key", "reason", "since", "until")})
