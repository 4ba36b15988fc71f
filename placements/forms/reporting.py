"""The form of a week that was told by phone or on paper: who told it, and each day of it."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.forms import ClockField, DayInput
from core.templatetags.ui import day_long
from placements.forms.hours import DayForm
from placements.models import Placement, WeekConfirmation, WorkEntry
from placements.queries.hours import host_word
from placements.queries.reporting import ReportDay, may_be_told
from placements.rules.hours import LONGEST
from placements.workflow.hours import Times, draft
from placements.workflow.reporting import CHANNELS
from placements.workflow.weeks import Changes, Seen

TIMES = ("starts_at", "ends_at", "break_minutes", "note")
FURTHER = ("long_day", "late_reason", "starts_again", "ends_again")


class ReportForm(forms.Form):
    """One row of fields for each day: times where nobody has logged it, the host's hours where the student has."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    channel = forms.ChoiceField(
        label=_("How do you know?"),
        choices=[(one, WeekConfirmation.Channel(one).label) for one in CHANNELS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it was told by phone or on paper.")},
    )
    host = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Who at the workplace said it or signed?"),
        to_field_name="public_id",
        required=False,
        empty_label=_("Nobody there"),
    )
    by_student = forms.BooleanField(label=_("The student said it too, or signed"), required=False)
    on = forms.DateField(label=_("On which day was it said or signed?"), widget=DayInput())
    long_day = forms.BooleanField(label=_("Yes, more than 12 hours on one day"), required=False)
    late_reason = forms.CharField(label=_("Why so late?"), max_length=300, required=False)
    starts_again = DayForm.base_fields["starts_again"]
    ends_again = DayForm.base_fields["ends_again"]

    def __init__(
        self,
        *args,
        placement: Placement,
        days: list[ReportDay],
        people: QuerySet[Person],
        now: datetime,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.placement, self.now = placement, now
        self.empty = [day for day in days if not day.entries]
        entries = [entry for day in days for entry in day.entries]
        self.open = [entry for entry in entries if may_be_told(entry)]
        self.answered = [entry for entry in entries if entry not in self.open]
        self.fields["host"].queryset = people  # type: ignore[attr-defined]
        for day in self.empty:
            self._ask_times(day)
        for entry in self.open:
            self._ask_hours(entry)

    def _ask_times(self, day: ReportDay) -> None:
        key = day.day.isoformat()
        self.fields[f"starts_at_{key}"] = ClockField(label=_("From"), required=False)
        self.fields[f"ends_at_{key}"] = ClockField(label=_("To"), required=False)
        self.fields[f"break_minutes_{key}"] = forms.IntegerField(
            label=_("Break, in minutes"), min_value=0, max_value=LONGEST, required=False
        )
        self.fields[f"note_{key}"] = forms.CharField(label=_("What was done"), max_length=500, required=False)

    def _ask_hours(self, entry: WorkEntry) -> None:
        word = host_word(entry)
        minutes = word.minutes if word else entry.logged_minutes
        self.fields[f"hours_{entry.pk}"] = _number(_("Hours"), 16, minutes // 60)
        self.fields[f"minutes_{entry.pk}"] = _number(_("Minutes"), 59, minutes % 60)
        self.fields[f"reason_{entry.pk}"] = forms.CharField(
            label=_("What was different?"), max_length=300, required=False, initial=word.reason if word else ""
        )
        self.fields[f"seen_{entry.pk}"] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, initial=entry.logged_minutes
        )

    # ── What was written ─────────────────────────────────────────────────────────────────────────────────────────────

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("host") and not cleaned.get("by_student"):
            self.add_error("host", _("Say who told it."))
        for day in self.empty:
            self._look_at_times(day)
        for entry in self.open:
            self._look_at_hours(entry)
        if not self.errors and not self.days and not self.answers:
            self.add_error(None, _("Write down at least one day."))
        return cleaned

    def _look_at_times(self, day: ReportDay) -> None:
        key = day.day.isoformat()
        names = [f"{name}_{key}" for name in TIMES]
        if set(names) & set(self.errors) or not any(self._is_filled(name) for name in names):
            return
        missing = [name for name in names[:2] if self.cleaned_data[name] is None]
        for name in missing:
            self.add_error(name, _("Write both times, or leave the day empty."))
        for problem in [] if missing else draft(placement=self.placement, at=self.now, **self._times(day)).problems:
            field = problem.field if problem.field in FURTHER else f"{problem.field}_{key}"
            self.add_error(field if field in self.fields else None, problem.text)

    def _look_at_hours(self, entry: WorkEntry) -> None:
        minutes = self._minutes(entry)
        if minutes is None or not self.cleaned_data.get("host"):
            return
        if minutes != entry.logged_minutes and not self.cleaned_data.get(f"reason_{entry.pk}"):
            self.add_error(f"reason_{entry.pk}", _("Say in a few words what was different."))

    def _is_filled(self, name: str) -> bool:
        return self.cleaned_data.get(name) not in (None, "")

    def _times(self, day: ReportDay) -> Times:
        key = day.day.isoformat()
        return {
            "day": day.day,
            "starts_at": self.cleaned_data[f"starts_at_{key}"],
            "ends_at": self.cleaned_data[f"ends_at_{key}"],
            "break_minutes": self.cleaned_data[f"break_minutes_{key}"] or 0,
            "note": self.cleaned_data[f"note_{key}"],
            "long_day": self.cleaned_data["long_day"],
            "late_reason": self.cleaned_data["late_reason"],
            "starts_again": self.cleaned_data["starts_again"],
            "ends_again": self.cleaned_data["ends_again"],
        }

    def _minutes(self, entry: WorkEntry) -> int | None:
        """What the host said of a logged day; nothing where both fields are empty."""
        parts = [self.cleaned_data.get(f"{name}_{entry.pk}") for name in ("hours", "minutes")]
        return None if parts == [None, None] else (parts[0] or 0) * 60 + (parts[1] or 0)

    @property
    def days(self) -> list[Times]:
        return [self._times(day) for day in self.empty if self.cleaned_data.get(f"starts_at_{day.day.isoformat()}")]

    @property
    def answers(self) -> Changes:
        """The host's word for logged days; nothing where only the student told something."""
        if not self.cleaned_data.get("host"):
            return {}
        said = {entry.pk: (self._minutes(entry), self.cleaned_data[f"reason_{entry.pk}"]) for entry in self.open}
        return {pk: (minutes, reason) for pk, (minutes, reason) in said.items() if minutes is not None}

    @property
    def seen(self) -> Seen:
        return {entry.pk: self.cleaned_data[f"seen_{entry.pk}"] or 0 for entry in self.open}

    # ── What is drawn ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The days in order, each with its fields or with what stands already."""
        empty: list[tuple[date, dict[str, Any]]] = [
            (day.day, {"shift": day.shift} | {name: self[f"{name}_{day.day.isoformat()}"] for name in TIMES})
            for day in self.empty
        ]
        logged: list[tuple[date, dict[str, Any]]] = [
            (
                entry.day,
                {"entry": entry}
                | {name: self[f"{name}_{entry.pk}"] for name in ("hours", "minutes", "reason", "seen")},
            )
            for entry in self.open
        ]
        done: list[tuple[date, dict[str, Any]]] = [(entry.day, {"done": entry}) for entry in self.answered]
        found = sorted([*empty, *logged, *done], key=lambda row: row[0])
        return [{"name": day_long(day), **fields} for day, fields in found]

    @property
    def further(self) -> list[forms.BoundField]:
        """Questions that are only put where a day needs them."""
        return [self[name] for name in FURTHER if name in self.errors or self.data.get(name)]


def _number(label: Any, highest: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=highest,
        initial=initial,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
