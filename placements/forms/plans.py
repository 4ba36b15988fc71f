"""The forms of a plan: a normal week, further times and workplaces, what is learned; and sending it for signing."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from core.forms import ClockField, ClockInput, DayInput
from placements.models import PlanVersion, Segment
from placements.plan_text import name_with_dates
from placements.rules.hours import LONGEST
from placements.rules.plan import Shift
from placements.workflow import Pattern
from schools.models import Outcome

USUAL = Pattern(0, time(8), time(16), 30)
ONCE = "once"


class SeenForm(forms.Form):
    """`seen` is the last row of the placement's log that was on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WeekForm(SeenForm):
    """The days of a normal week with their times, and how often the host confirms."""

    rhythm = forms.ChoiceField(
        label=_("How often does the host confirm hours?"),
        choices=PlanVersion.Rhythm.choices,
        widget=forms.RadioSelect,
        initial=PlanVersion.Rhythm.WEEKLY,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
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
        for weekday in WEEKDAYS:
            for key in (f"from_{weekday}", f"to_{weekday}"):
                if cleaned.get(f"on_{weekday}") and cleaned.get(key) is None and key not in self.errors:
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


class PlanForm(WeekForm):
    """A normal week, what is learned, and how often the host confirms."""

    purpose_text = forms.CharField(
        label=_("What is this placement for?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence that everybody understands."),
    )
    outcomes = forms.TypedMultipleChoiceField(
        label=_("What is learned"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, known: Sequence[Outcome], **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {one.pk: one for one in known}
        self.fields["outcomes"].choices = [(pk, one.text) for pk, one in self.known.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Outcome]:
        return [self.known[pk] for pk in self.cleaned_data["outcomes"]]


class ChangeForm(WeekForm):
    """From a day on, work is on other days or at other times."""

    from_day = forms.DateField(label=_("From this day on"), widget=DayInput())
    change_reason = forms.CharField(
        label=_("Why does it change?"), max_length=300, required=False, help_text=_("Everybody who signs reads it.")
    )


class DatesForm(SeenForm):
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    change_reason = forms.CharField(
        label=_("Why does it change?"), max_length=300, required=False, help_text=_("Everybody who signs reads it.")
    )


# ── More than one workplace or time ──────────────────────────────────────────────────────────────────────────────────


class RowForm(forms.Form):
    """One more time: on a weekday in a stretch of dates, or on one single day. A row without a day is no row."""

    when = forms.ChoiceField(label=_("Day"), required=False)
    starts_at = ClockField(label=_("From"), required=False)
    ends_at = ClockField(label=_("To"), required=False)
    break_minutes = forms.IntegerField(label=_("Break"), min_value=0, max_value=LONGEST, required=False)
    starts_on = forms.DateField(label=_("First day"), widget=DayInput(), required=False)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput(), required=False)
    segment = forms.ChoiceField(label=_("Workplace"), required=False)

    def __init__(self, *args, segments: Sequence[Segment], **kwargs):
        super().__init__(*args, **kwargs)
        self.segments = {str(segment.pk): segment for segment in segments}
        weekdays = [(str(number), name) for number, name in WEEKDAYS.items()]
        fields: dict[str, Any] = self.fields
        fields["when"].choices = [("", _("No day")), *weekdays, (ONCE, _("One single day"))]
        fields["segment"].choices = [(key, name_with_dates(segment)) for key, segment in self.segments.items()]
        if len(self.segments) == 1:
            del fields["segment"]
        for field in fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("when"):
            return cleaned
        for key in ("starts_at", "ends_at"):
            if cleaned.get(key) is None and key not in self.errors:
                self.add_error(key, _("Write when work begins and ends."))
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if cleaned["when"] == ONCE and first is None and "starts_on" not in self.errors:
            self.add_error("starts_on", _("Write which day it is."))
        elif first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day."))
        return cleaned

    @property
    def pattern(self) -> Pattern | None:
        values = self.cleaned_data
        if not values.get("when"):
            return None
        segment = self.segments.get(values.get("segment", ""))
        times = values["starts_at"], values["ends_at"], values["break_minutes"] or 0
        if values["when"] == ONCE:
            return Pattern.on(values["starts_on"], *times, segment=segment)
        return Pattern(int(values["when"]), *times, values["starts_on"], values["ends_on"], segment)


class _Rows(forms.BaseFormSet):
    @property
    def patterns(self) -> list[Pattern]:
        return [pattern for form in self.forms if (pattern := form.pattern)]

    @property
    def has_problems(self) -> bool:
        return self.is_bound and any(form.errors for form in self.forms)


_RowSet = forms.formset_factory(RowForm, formset=_Rows, extra=3, max_num=80, absolute_max=100)


def rows_of(data: Any, segments: Sequence[Segment], shifts: Sequence[Shift] = ()) -> Any:
    """The further times of a plan, each in a row, and three empty rows. A post without rows has none."""
    if data is not None:
        data = data.copy()
        for name in ("rows-TOTAL_FORMS", "rows-INITIAL_FORMS"):
            data.setdefault(name, "0")
    known = {segment.pk: segment for segment in segments}
    initial = [_as_row(shift, known[shift.segment]) for shift in shifts]
    return _RowSet(data, initial=initial, prefix="rows", form_kwargs={"segments": segments})


def _as_row(shift: Shift, segment: Segment) -> dict[str, Any]:
    whole = (shift.starts_on, shift.ends_on) == (segment.starts_on, segment.ends_on)
    stretch: tuple[date | None, date | None] = (None, None) if whole else (shift.starts_on, shift.ends_on)
    return {
        "when": ONCE if shift.is_dated else str(shift.weekday),
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "break_minutes": shift.break_minutes,
        "starts_on": shift.starts_on if shift.is_dated else stretch[0],
        "ends_on": None if shift.is_dated else stretch[1],
        "segment": str(segment.pk),
    }


def week_and_rows(shifts: Sequence[Shift], segments: Sequence[Segment]) -> tuple[dict[str, Any], list[Shift]]:
    """A plan as a normal week (initial values) and what has to be said in rows: all of it for several workplaces."""
    if len(segments) != 1:
        return {}, list(shifts)
    week: dict[int, Shift] = {}
    rows = []
    for shift in shifts:
        is_whole = (shift.starts_on, shift.ends_on) == (segments[0].starts_on, segments[0].ends_on)
        if is_whole and not shift.is_dated and shift.weekday not in week:
            week[shift.weekday] = shift
        else:
            rows.append(shift)
    return {key: value for shift in week.values() for key, value in _as_day(shift).items()}, rows


def _as_day(shift: Shift) -> dict[str, Any]:
    return {
        f"on_{shift.weekday}": True,
        f"from_{shift.weekday}": shift.starts_at,
        f"to_{shift.weekday}": shift.ends_at,
        f"break_{shift.weekday}": shift.break_minutes,
    }


# ── Sending it for signing ───────────────────────────────────────────────────────────────────────────────────────────


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
