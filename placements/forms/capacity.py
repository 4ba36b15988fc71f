"""The forms in which a host says for all schools what it can do: its limits, the places it offers, and why not now."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.forms import DayInput
from employers.models import Capacity, Round, Site
from employers.rules import Decline, Wishes

_COUNT: dict[str, Any] = {"required": False, "min_value": 1, "max_value": 200}


class LimitsForm(forms.Form):
    """What is left empty is not limited. `seen` is when the values that the form shows were set."""

    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    at_once = forms.IntegerField(label=_("Students at the same time, at most"), **_COUNT)
    a_year = forms.IntegerField(label=_("Students who begin in one year, at most"), **_COUNT)
    quiet_months = forms.TypedMultipleChoiceField(
        label=_("Months without requests"),
        choices=list(MONTHS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In these months no school asks you for a new place."),
    )
    paused_until = forms.DateField(
        label=_("No new students before"),
        required=False,
        widget=DayInput(),
        help_text=_("Until that day no school asks you either. Leave it empty if you make no pause."),
    )

    @property
    def wishes(self) -> Wishes:
        said = self.cleaned_data
        return Wishes(said["at_once"], said["a_year"], frozenset(said["quiet_months"]), said["paused_until"])

    @property
    def seen_at(self) -> datetime | None:
        return self.cleaned_data["seen"]


def limits_of(capacity: Capacity | None) -> dict[str, Any]:
    """What the form begins with."""
    if capacity is None:
        return {}
    names = ("at_once", "a_year", "quiet_months", "paused_until")
    return {"seen": capacity.at.isoformat(), **{name: getattr(capacity, name) for name in names}}


class HostOfferForm(forms.Form):
    """What, when, how many; for which school and at which site only where there are several."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    title = forms.CharField(
        label=_("What kind of work is it?"), max_length=200, help_text=_("For example: bread and cakes, early shift")
    )
    places = forms.IntegerField(label=_("How many students?"), min_value=1, max_value=200, initial=1)
    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    ends_on = forms.DateField(label=_("Until"), widget=DayInput())
    school = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("For which school?"), to_field_name="public_id"
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=_("At which address?"), to_field_name="public_id")

    def __init__(
        self, data: QueryDict | None, *, schools: Sequence[Organisation], sites: Sequence[Site], asked: Round | None,
        today: date,
    ):  # fmt: skip
        """A school that has `asked` for places finds its own weeks filled in."""
        super().__init__(data, initial=_weeks(asked))
        self.asked = asked
        self.today = today
        _choose(self, "school", schools)
        _choose(self, "site", sites)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day."))
        elif last and last < self.today:
            self.add_error("ends_on", _("These days are over."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return {**said, "public_id": self.cleaned_data["key"]}


def _weeks(asked: Round | None) -> dict[str, Any]:
    if asked is None:
        return {}
    return {"starts_on": asked.starts_on, "ends_on": asked.ends_on, "school": asked.school.public_id}


class NotThisYearForm(forms.Form):
    """One tap is enough; words are free."""

    reason = forms.ChoiceField(
        label=_("Why not?"),
        choices=Decline.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a reason.")},
    )
    text = forms.CharField(label=_("Anything else?"), max_length=500, required=False)
    school = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Which school do you tell?"), to_field_name="public_id"
    )

    def __init__(self, *args: Any, schools: Sequence[Organisation], **kwargs: Any):
        super().__init__(*args, **kwargs)
        _choose(self, "school", schools)


def _choose(form: forms.Form, name: str, rows: Sequence[Any]) -> None:
    """Ask only where there is something to choose; the only one is taken without a question."""
    field: Any = form.fields[name]
    field.queryset = type(rows[0]).objects.filter(pk__in=[one.pk for one in rows]) if rows else field.queryset
    field.empty_label = None
    if len(rows) == 1:
        field.widget, field.initial, field.required = forms.HiddenInput(), rows[0].public_id, True
