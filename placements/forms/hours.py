"""The form of a day for a learner, and the form of a week for a host."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import ClockField, DayInput
from core.templatetags.ui import day as day_name
from placements.models import Placement, WorkEntry
from placements.models.hours import Independence
from placements.queries.hours import LogPlan, Week, fingerprint, tasks_of
from placements.rules.hours import FREE_CHANGE, LONG, LONGEST
from placements.workflow.hours import Done, draft, why_closed
from placements.workflow.weeks import Changes
from schools.models import TaskTemplate

TWICE = ("starts_again", "ends_again")
DIGITS = {"inputmode": "numeric"}


def _twice() -> forms.Select:
    """Which of two moments is meant where the clock shows a time twice."""
    return forms.Select(
        choices=[
            ("", _("Choose")),
            ("false", _("The first time, before the clock goes back")),
            ("true", _("The second")),
        ]
    )


class LengthForm(forms.Form):
    """A length in hours and minutes, as people say it; `length` is in minutes, nothing where neither was written."""

    hours = forms.IntegerField(
        label=_("Hours"), min_value=0, max_value=16, required=False, widget=forms.NumberInput(DIGITS)
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=59, required=False, widget=forms.NumberInput(DIGITS)
    )

    @property
    def length(self) -> int | None:
        pair = [self.cleaned_data.get(name) for name in ("hours", "minutes")]
        return None if pair == [None, None] else (pair[0] or 0) * 60 + (pair[1] or 0)


class TimesForm(forms.Form):
    """The times of a day of work; `action` is where it is sent, `open` says that they need a look before sending.

    `seen` is what a day looked like that is changed; `is_late`: a change of it needs a reason.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    day = forms.DateField(label=_("Day"), widget=DayInput())
    starts_at = ClockField(label=_("From"))
    ends_at = ClockField(label=_("To"))
    break_minutes = forms.IntegerField(label=_("Break, in minutes"), min_value=0, max_value=LONGEST)
    note = forms.CharField(label=_("Note, if you like"), max_length=500, required=False)
    long_day = forms.BooleanField(label=_("Yes, more than 12 hours is right"), required=False)
    late_reason = forms.CharField(label=_("Why so late?"), max_length=300, required=False)
    starts_again = forms.NullBooleanField(label=_("Which start?"), required=False, widget=_twice())
    ends_again = forms.NullBooleanField(label=_("Which end?"), required=False, widget=_twice())

    action: str = ""
    open: bool = False
    is_late: bool = False

    def __init__(self, *args, placement: Placement, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.placement, self.now = placement, now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not {"day", "starts_at", "ends_at", "break_minutes", "note", "late_reason"} & set(self.errors):
            self._look()
        return cleaned

    def _look(self) -> None:
        for problem in draft(placement=self.placement, at=self.now, **self._times()).problems:
            self.add_error(problem.field, problem.text)

    def _times(self) -> dict[str, Any]:
        names = ("day", "starts_at", "ends_at", "break_minutes", "note", "long_day", "late_reason")
        return {name: self.cleaned_data[name] for name in (*names, *TWICE)}

    @property
    def values(self) -> dict[str, Any]:
        """What `add_day` asks for."""
        return {**self._times(), "tasks": []}

    @property
    def asks_long(self) -> bool:
        """The question about a very long day is only put to those whom it concerns."""
        return "long_day" in self.errors or bool(self["long_day"].value())

    @property
    def further(self) -> list[forms.BoundField]:
        """Questions that are only put where the day needs them: why so late, which of two times."""
        return [self[name] for name in ("late_reason", *TWICE) if self._asks(name)]

    def _asks(self, name: str) -> bool:
        return name in self.errors or bool(self[name].value()) or (name == "late_reason" and self.is_late)


class DayForm(TimesForm):
    """A day of work as its learner writes it: what was done, how, and when."""

    tasks = forms.TypedMultipleChoiceField(
        label=_("What did you do?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    other = forms.CharField(label=_("Something else"), max_length=120, required=False)
    alone = forms.TypedChoiceField(
        label=_("How?"),
        coerce=lambda value: Independence(int(value)),
        choices=Independence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you did it.")},
    )
    make_up = forms.BooleanField(label=_("This makes up for work that I missed"), required=False)

    field_order = ("key", "seen", "tasks", "other", "alone")
    may_make_up: bool = False

    def __init__(self, *args, tasks: list[TaskTemplate], **kwargs):
        super().__init__(*args, **kwargs)
        self.templates = {task.pk: task for task in tasks}
        self.fields["tasks"].choices = [(task.pk, task.title) for task in tasks]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("tasks") and not cleaned.get("other") and "tasks" not in self.errors:
            self.add_error("tasks", _("Choose a task, or write what you did."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What `log_day` and `change_day` ask for."""
        return {**self._times(), "tasks": self._done(), "make_up": self.cleaned_data["make_up"]}

    def _done(self) -> list[Done]:
        alone = self.cleaned_data["alone"]
        done: list[Done] = [(self.templates[pk], alone) for pk in self.cleaned_data["tasks"]]
        return [*done, (self.cleaned_data["other"], alone)] if self.cleaned_data["other"] else done

    @property
    def asks_make_up(self) -> bool:
        return self.may_make_up or bool(self["make_up"].value())


def form_of_plan(placement: Placement, plan: LogPlan, data: Any = None) -> DayForm:
    """The form to log the day of a plan, with the planned times filled in."""
    form = DayForm(data, placement=placement, tasks=tasks_of(placement), now=timezone.now(), initial=_initial(plan))
    form.action = reverse("placements:log", args=[placement.public_id])
    form.open = plan.shift is None or form.is_bound
    if not form.open and plan.day != timezone.localdate():
        form.fields["tasks"].label = _("What did you do on %(day)s?") % {"day": day_name(plan.day)}
    return form


def host_day_form(placement: Placement, plan: LogPlan, data: Any = None) -> TimesForm:
    """The form in which the host writes down a day that is missing."""
    form = TimesForm(data, placement=placement, now=timezone.now(), initial=_initial(plan))
    form.fields["note"].label = _("What the student did, if you like")
    return form


def _initial(plan: LogPlan) -> dict[str, Any]:
    initial: dict[str, Any] = {"key": uuid4(), "day": plan.day}
    if plan.shift:
        initial |= {name: getattr(plan.shift, name) for name in ("starts_at", "ends_at", "break_minutes")}
    return initial


def change_form(entry: WorkEntry, data: Any = None) -> DayForm:
    """The form of a day that is logged already."""
    done = list(entry.tasks.all())
    names = ("day", "starts_at", "ends_at", "break_minutes", "note", "make_up", "late_reason")
    initial: dict[str, Any] = {name: getattr(entry, name) for name in names}
    initial |= {"key": entry.public_id, "seen": fingerprint(entry)}
    initial["tasks"] = [task.template_id for task in done if task.template_id]
    initial["other"] = next((task.other for task in done if task.other), "")
    initial["alone"] = done[0].independence if done else None
    initial["long_day"] = entry.logged_minutes > LONG
    form = DayForm(
        data, placement=entry.placement, tasks=tasks_of(entry.placement), now=timezone.now(), initial=initial
    )
    form.action = reverse("placements:change_day", args=[entry.public_id])
    form.open = True
    form.is_late = timezone.now() - entry.logged_at > FREE_CHANGE
    return form


class WeekForm(forms.Form):
    """Hours, minutes and a reason for each day of a week, filled in with what the host said or the learner logged.

    A day of which nobody can say anything more is only shown.
    """

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, week: Week, **kwargs):
        super().__init__(*args, **kwargs)
        self.week = week
        self.fields["seen"].initial = week.seen
        self.closed = {entry.pk: why for entry in week.entries if (why := why_closed(entry))}
        self.open = [entry for entry in week.entries if entry.pk not in self.closed]
        for entry, word in week.rows:
            if entry.pk in self.closed:
                continue
            minutes = word.minutes if word else entry.logged_minutes
            self.fields[f"hours_{entry.pk}"] = _number(_("Hours"), 16, minutes // 60)
            self.fields[f"minutes_{entry.pk}"] = _number(_("Minutes"), 59, minutes % 60)
            self.fields[f"reason_{entry.pk}"] = forms.CharField(
                label=_("What was different?"),
                max_length=300,
                required=False,
                initial=word.reason if word else "",
                widget=forms.TextInput(attrs={"list": "reasons"}),
            )

    @property
    def days(self) -> list[dict[str, Any]]:
        """One row of fields for each entry, or why it has none."""
        return [
            {"entry": entry, "closed": self.closed[entry.pk]}
            if entry.pk in self.closed
            else {"entry": entry, **{name: self[f"{name}_{entry.pk}"] for name in ("hours", "minutes", "reason")}}
            for entry in self.week.entries
        ]

    @property
    def changes(self) -> Changes:
        return {entry.pk: (self._minutes(entry), self.cleaned_data[f"reason_{entry.pk}"]) for entry in self.open}

    def _minutes(self, entry: WorkEntry) -> int:
        return self.cleaned_data[f"hours_{entry.pk}"] * 60 + self.cleaned_data[f"minutes_{entry.pk}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for entry in self.open:
            if {f"hours_{entry.pk}", f"minutes_{entry.pk}", f"reason_{entry.pk}"} & set(self.errors):
                continue
            if self._minutes(entry) != entry.logged_minutes and not cleaned[f"reason_{entry.pk}"]:
                self.add_error(f"reason_{entry.pk}", _("Say in a few words what was different."))
        return cleaned


def _number(label: Any, highest: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=highest,
        initial=initial,
        widget=forms.NumberInput(DIGITS),
    )
