from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.forms import CodesField, DayInput
from core.templatetags.ui import hours
from schools.models import Programme, RuleSet, Student
from schools.rule_sets.asking import Fact, rules_to_except
from schools.rule_sets.document import RuleSet as Document
from schools.rule_sets.phrases import named, say, value
from schools.rule_sets.reading import LARGEST
from schools.rules import lines, minutes_of, task_of
from schools.skills.phrases import AT_MOST


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


class RuleSetField(forms.ModelChoiceField):
    """Rule sets as `schools.queries.rule_set_choices` gives them, by their names."""

    def label_from_instance(self, obj: Any) -> str:
        if obj.school_id is None:
            return named(obj.names)
        return gettext("%(name)s (our own)") % {"name": named(obj.names)}


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

    sign_days_before = forms.IntegerField(
        label=_("Days before the start by which everybody should have signed"),
        min_value=0,
        max_value=365,
        initial=10,
    )
    whole_minutes = HoursField(
        label=_("Hours of the whole programme"),
        max_length=20,
        required=False,
        help_text=_("School and work together. Only needed where the credit rule asks for a share of it."),
    )
    rule_set = RuleSetField(
        RuleSet.objects.none(),
        label=_("Credit rule"),
        to_field_name="public_id",
        required=False,
        help_text=_("Students who are enrolled already keep the rule they began with."),
    )

    def __init__(self, *args, rule_sets, general: str, **kwargs):
        """`general` is the name of the rule that holds where none is chosen."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["rule_set"]
        field.queryset = rule_sets
        field.empty_label = gettext("The general one: %(name)s") % {"name": general} if general else gettext("None")

    def clean_required_minutes(self) -> int:
        return _in_reason(self.cleaned_data["required_minutes"])

    def clean_whole_minutes(self) -> int | None:
        minutes = self.cleaned_data["whole_minutes"]
        return None if minutes is None else _in_reason(minutes)


def _in_reason(minutes: int) -> int:
    if not 0 < minutes <= 10_000 * 60:
        raise ValidationError(_("Please write more than 0 and at most 10,000 hours."))
    return minutes


class UnitForm(forms.Form):
    title = forms.CharField(label=_("Title of the unit"), max_length=200)
    code = forms.CharField(
        label=_("Code of the unit"),
        max_length=40,
        required=False,
        help_text=_("As the credit rule calls it, where it speaks of units."),
    )
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


class BlockForm(forms.Form):
    """A block of a school's own words; `key` tells a second post of the same form."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    heading = forms.CharField(label=_("Heading"), max_length=200, help_text=_("For example: Insurance, Dress, Data."))
    text = forms.CharField(
        label=_("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Plain text, shown word by word. Each line is a paragraph."),
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label=_("In which agreements"),
        to_field_name="public_id",
        required=False,
        empty_label=_("All programmes"),
    )

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class CohortForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the cohort"), max_length=120, help_text=_("For example: Automotive, 2nd year")
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())


class SchoolDaysForm(forms.Form):
    """Weekdays at school during placements. A student may have own ones instead of the cohort's."""

    differs = forms.BooleanField(label=_("This student has other days at school than the cohort"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days at school"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("On these weekdays no work is planned while school is open. No tick: there are none."),
    )

    def __init__(self, *args, of_student: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not of_student:
            del self.fields["differs"]

    @property
    def own(self) -> list[int] | None:
        return self.cleaned_data["weekdays"] if self.cleaned_data["differs"] else None


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


class RuleSetFileForm(forms.Form):
    """One file. What is inside is read by `schools.rule_sets.reading`."""

    file = forms.FileField(
        label=_("Choose the file or drop it here"),
        help_text=_("A JSON file of up to 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": _("Please choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than a million bytes."))
        return file.read()


class WordingForm(forms.Form):
    """The wording that was shown, on its way back, and the number of the version that it was compared with."""

    text = forms.CharField(max_length=LARGEST, strip=False, widget=forms.HiddenInput)
    base = forms.IntegerField(min_value=0, max_value=32_000, widget=forms.HiddenInput)


class ExceptionForm(forms.Form):
    """Which rule is different for one student, how, why, and for how long."""

    WAIVE, LESS, CONSIDER = "waive", "less", "consider"

    rule = forms.ChoiceField(label=_("Which rule"))
    kind = forms.ChoiceField(
        label=_("What is different"), widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    minutes = HoursField(
        label=_("Hours that are asked instead"),
        max_length=20,
        required=False,
        help_text=_("For example 280 or 280 h 30."),
    )
    consideration = forms.ChoiceField(label=_("Reason for special consideration"), required=False)
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("The staff and the student read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    expires_on = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput(), help_text=_("Empty: without an end.")
    )

    def __init__(self, *args, found: Document, **kwargs):
        super().__init__(*args, **kwargs)
        rules = [(one.key, say(one.label)) for one in rules_to_except(found)]
        kinds = [(self.WAIVE, _("The rule does not hold")), (self.LESS, _("Fewer hours are enough"))]
        self._offer("rule", [("", _("Please choose")), *rules])
        if found.consideration:
            kinds.append((self.CONSIDER, _("Special consideration: fewer hours are enough")))
            reasons = [(key, say(text)) for key, text in found.consideration.reasons.items()]
            self._offer("consideration", [("", _("None")), *reasons])
        else:
            del self.fields["consideration"]
        self._offer("kind", kinds)

    def _offer(self, name: str, choices: list) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict:
        """What `schools.workflow.grant_exception` asks for; what the chosen kind has no use for is dropped."""
        cleaned = super().clean() or {}
        kind = cleaned.pop("kind", None)
        if kind in (self.LESS, self.CONSIDER) and cleaned.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("Please write how many hours are enough."))
        if kind == self.CONSIDER and not cleaned.get("consideration"):
            self.add_error("consideration", _("Please choose the reason."))
        if kind == self.WAIVE:
            cleaned["minutes"] = None
        if kind != self.CONSIDER:
            cleaned["consideration"] = ""
        return cleaned


class FactsForm(forms.Form):
    """What the rule set asks about one student; each answer has the type that the file gives it."""

    def __init__(self, *args, asked: list[Fact], known: dict[str, Any], **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked
        for fact in asked:
            answer = known.get(fact.name)
            self.fields[f"fact-{fact.name}"] = _field_of(fact, answer if fact.fits(answer) else None)

    @property
    def answers(self) -> dict[str, Any]:
        """None where nothing was answered."""
        found = {fact.name: self.cleaned_data[f"fact-{fact.name}"] for fact in self.asked}
        return {name: None if answer == "" else answer for name, answer in found.items()}


def _field_of(fact: Fact, answer: Any) -> forms.Field:
    shared: dict[str, Any] = {"label": say(fact.label), "required": False}
    if fact.values:
        places = [(str(place), value(one, fact.words)) for place, one in enumerate(fact.values)]
        return forms.TypedChoiceField(
            choices=[("", _("Not known")), *places],
            coerce=lambda place: fact.values[int(place)],
            empty_value=None,
            initial=_place_of(answer, fact.values),
            **shared,
        )
    if fact.is_number:
        return forms.IntegerField(min_value=0, max_value=10_000_000, initial=answer, **shared)
    return forms.CharField(max_length=200, initial=answer, **shared)


def _place_of(answer: Any, values: tuple) -> str:
    """True and 1 are equal in Python, and different in a file."""
    return next((str(place) for place, one in enumerate(values) if type(one) is type(answer) and one == answer), "")


class PhrasesForm(forms.Form):
    """Up to six sentences that a host may tap; an empty line is none."""

    def __init__(self, *args, phrases: Sequence[str], **kwargs):
        super().__init__(*args, **kwargs)
        for number in range(1, AT_MOST + 1):
            label = gettext("Sentence %(number)s") % {"number": number}
            initial = phrases[number - 1] if number <= len(phrases) else ""
            self.fields[f"phrase_{number}"] = forms.CharField(
                label=label, max_length=120, required=False, initial=initial
            )

    @property
    def texts(self) -> list[str]:
        return list(self.cleaned_data.values())


class SkillForm(forms.Form):
    """A skill of the occupation with one short sentence for each level; `key` tells a second post of the same form."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Skill"), max_length=80, help_text=_("For example: Reading drawings."))

    def __init__(self, *args, levels: Sequence[str], **kwargs):
        super().__init__(*args, **kwargs)
        for number, level in enumerate(levels, 1):
            label = gettext("What one sees at level %(number)s: %(name)s") % {"number": number, "name": level}
            self.fields[f"level_{number}"] = forms.CharField(label=label, max_length=120)

    @property
    def values(self) -> dict[str, Any]:
        """What `add_skill` asks for."""
        anchors = [text for name, text in self.cleaned_data.items() if name.startswith("level_")]
        return {"key": self.cleaned_data["key"], "name": self.cleaned_data["name"], "anchors": anchors}
