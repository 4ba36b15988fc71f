"""The forms of a coordinator: a new placement, its plan, sending it for signing."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.forms import ClockField, ClockInput, DayInput
from employers.models import Supervisor
from placements.models import Placement, PlanVersion
from placements.rules.hours import LONGEST
from placements.workflow import Pattern
from schools.models import Enrolment, Outcome

USUAL = Pattern(0, time(8), time(16), 30)


class StudentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Enrolment) -> str:
        words = {"name": obj.student.person.full_name, "cohort": obj.cohort.name}
        return _t("%(name)s, %(cohort)s") % words


class SupervisorField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Supervisor) -> str:
        return obj.person.full_name


class PlacementForm(forms.Form):
    """Who goes where and when. A supervisor who is not known yet is written down here.

    Of all `students` only those `shown` are listed; with `more` there are others.
    """

    student = StudentField(Enrolment.objects.none(), label=_("Student"), to_field_name="public_id")
    supervisor = SupervisorField(
        Supervisor.objects.none(),
        label=_("Supervisor at the workplace"),
        to_field_name="public_id",
        required=False,
        empty_label=_("Somebody else, named below"),
    )
    given_name = forms.CharField(label=_("Given name of a new supervisor"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name of a new supervisor"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("E-mail address of a new supervisor"),
        max_length=254,
        required=False,
        help_text=_("Links for signing and for confirming hours go to this address."),
    )
    teacher = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Teacher"),
        to_field_name="public_id",
        required=False,
        empty_label=_("Nobody yet"),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())

    def __init__(
        self,
        *args,
        students: QuerySet[Enrolment],
        shown: Sequence[Enrolment],
        more: bool,
        supervisors: QuerySet[Supervisor],
        teachers: QuerySet[Person],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.shown, self.more = shown, more
        student: Any = self.fields["student"]
        student.queryset = students
        choices = [(str(one.public_id), student.label_from_instance(one)) for one in shown]
        student.choices = [("", _("Choose a student")), *choices]
        self.fields["supervisor"].queryset = supervisors  # type: ignore[attr-defined]
        self.fields["teacher"].queryset = teachers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("supervisor") and "supervisor" not in self.errors:
            self._must_name(cleaned)
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day."))
        return cleaned

    def _must_name(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("family_name") and not cleaned.get("email"):
            self.add_error("supervisor", _("Choose a supervisor, or name a new one."))
        elif not cleaned.get("family_name"):
            self.add_error("family_name", _("Please give the family name."))
        elif not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Please give an e-mail address."))


class PlanForm(forms.Form):
    """A weekly pattern, what is learned, and how often the host confirms."""

    purpose_text = forms.CharField(
        label=_("What is this placement for?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence that everybody understands."),
    )
    rhythm = forms.ChoiceField(
        label=_("How often does the host confirm hours?"),
        choices=PlanVersion.Rhythm.choices,
        widget=forms.RadioSelect,
        initial=PlanVersion.Rhythm.WEEKLY,
    )
    outcomes = forms.TypedMultipleChoiceField(
        label=_("What is learned"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, known: Sequence[Outcome], **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {one.pk: one for one in known}
        self.fields["outcomes"].choices = [(pk, one.text) for pk, one in self.known.items()]  # type: ignore[attr-defined]
        for weekday, name in WEEKDAYS.items():
            self._add_day(weekday, name)

    def _add_day(self, weekday: int, name: Any) -> None:
        self.fields[f"on_{weekday}"] = forms.BooleanField(label=name, required=False)
        for key, label, usual in (("from", _("From"), USUAL.starts_at), ("to", _("To"), USUAL.ends_at)):
            clock = ClockInput(attrs={"class": "form-control"})
            self.fields[f"{key}_{weekday}"] = ClockField(label=label, widget=clock, required=False, initial=usual)
        self.fields[f"break_{weekday}"] = forms.IntegerField(
            label=_("Break"),
            min_value=0,
            max_value=LONGEST,
            required=False,
            initial=USUAL.break_minutes,
            widget=forms.NumberInput(attrs={"class": "form-control"}),
        )

    @property
    def days(self) -> list[dict[str, Any]]:
        """Bound fields by weekday, for the template."""
        return [
            {
                "on": self[f"on_{weekday}"],
                "times": [self[f"{key}_{weekday}"] for key in ("from", "to", "break")],
            }
            for weekday in WEEKDAYS
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        ticked = [weekday for weekday in WEEKDAYS if cleaned.get(f"on_{weekday}")]
        if not ticked:
            self.add_error(None, _("Choose at least one weekday."))
        for weekday in ticked:
            for key in (f"from_{weekday}", f"to_{weekday}"):
                if cleaned.get(key) is None and key not in self.errors:
                    self.add_error(key, _("Write when work begins and ends."))
        return cleaned

    @property
    def patterns(self) -> list[Pattern]:
        values = self.cleaned_data
        return [
            Pattern(weekday, values[f"from_{weekday}"], values[f"to_{weekday}"], values[f"break_{weekday}"] or 0)
            for weekday in WEEKDAYS
            if values[f"on_{weekday}"]
        ]

    @property
    def chosen(self) -> list[Outcome]:
        return [self.known[pk] for pk in self.cleaned_data["outcomes"]]


class GuardianForm(forms.Form):
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("The link for signing goes to this address.")
    )


class ProposeForm(forms.Form):
    sign_by = forms.DateField(
        label=_("Everybody should sign by"),
        widget=DayInput(),
        help_text=_("Who has not signed is reminded before this day."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class BreakForm(ReasonForm):
    last_day = forms.DateField(label=_("Last day of work"), widget=DayInput())
    end_reason = forms.ChoiceField(label=_("Why?"), choices=Placement.EndReason)
    initiator = forms.ChoiceField(label=_("Who wanted it?"), choices=Placement.Initiator)
    direction = forms.ChoiceField(label=_("Where does the student go?"), choices=Placement.Direction)

    field_order = ["last_day", "end_reason", "initiator", "direction", "reason"]
