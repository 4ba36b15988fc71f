from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.forms import CodesField, DayInput
from core.templatetags.ui import hours
from schools.models import Student
from schools.rules import lines, minutes_of, task_of


class HoursField(forms.CharField):
    """Whole minutes, typed and shown as hours: "315" or "315 h 30"."""

    def prepare_value(self, value):
        return hours(value) if isinstance(value, int) else value

    def clean(self, value) -> int | None:
        text = super().clean(value)
        try:
            return minutes_of(text) if text else None
        except ValueError as error:
            raise ValidationError(_("Please write hours like 315 or 315 h 30.")) from error


class LinesField(forms.CharField):
    """A text area with one thing on each line, each at most `longest` characters."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, **kwargs):
        self.longest = longest
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value) -> list[str]:
        found = lines(super().clean(value))
        if any(len(line) > self.longest for line in found):
            raise ValidationError(_("A line has at most %(longest)s characters."), params={"longest": self.longest})
        return found


class ProgrammeForm(forms.Form):
    name = forms.CharField(label=_("Name of the programme"), max_length=200)
    required_minutes = HoursField(
        label=_("Hours at work that it asks for"),
        max_length=20,
        help_text=_("For example 315 or 315 h 30. Students who are enrolled already keep the hours they began with."),
    )
    code = forms.CharField(label=_("Code of the programme"), max_length=40, required=False)
    occupation_codes = CodesField(
        label=_("Codes of its occupations"),
        max_length=400,
        required=False,
        help_text=_("With commas between them. Offers of employers with the same codes fit this programme."),
    )

    def clean_required_minutes(self) -> int:
        minutes = self.cleaned_data["required_minutes"]
        if not 0 < minutes <= 10_000 * 60:
            raise ValidationError(_("Please write more than 0 and at most 10,000 hours."))
        return minutes


class UnitForm(forms.Form):
    title = forms.CharField(label=_("Title of the unit"), max_length=200)
    outcomes = LinesField(
        label=_("What a student can do after it"),
        longest=300,
        help_text=_("One line for each outcome."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    tasks = LinesField(
        label=_("Tasks at the workplace"),
        longest=120,
        required=False,
        help_text=_(
            "One line for each task, in words of the workplace. Numbers at the end say which outcomes it shows, "
            "for example: Change brake pads (1, 3). Without numbers it shows all of them."
        ),
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        last = len(cleaned.get("outcomes", []))
        for line in cleaned.get("tasks", []):
            title, numbers = task_of(line)
            if not title:
                self.add_error("tasks", _("A line has only numbers and no task."))
            elif last and any(not 1 <= number <= last for number in numbers):
                problem = _("“%(line)s” names an outcome that is not there: they have the numbers 1 to %(last)s.")
                self.add_error("tasks", ValidationError(problem, params={"line": line, "last": last}))
        return cleaned


class CohortForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the cohort"), max_length=120, help_text=_("For example: Automotive, 2nd year")
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())


class EnrolForm(forms.Form):
    """Which of the students shown are enrolled, who assesses them, and from when."""

    students = forms.MultipleChoiceField(error_messages={"required": _("Please choose at least one student.")})
    teacher = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Teacher who assesses them"),
        to_field_name="public_id",
        empty_label=_("Please choose"),
    )
    starts_on = forms.DateField(label=_("Enrolled from"), widget=DayInput())

    def __init__(self, *args, students: list[Student], teachers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["students"].choices = [(str(one.public_id), one.person.full_name) for one in students]  # type: ignore[attr-defined]
        self.fields["teacher"].queryset = teachers  # type: ignore[attr-defined]

    @property
    def ticked(self) -> set[str]:
        """The boxes as they were left, or as they are offered the first time."""
        return set(self.data.getlist("students") if self.is_bound else self.initial["students"])  # type: ignore[attr-defined]
