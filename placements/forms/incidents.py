"""The report of an incident, in under a minute; and what the school writes down about it afterwards."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import ClockField, DayInput
from placements.models import Incident
from placements.rules.hours import in_utc


class _MomentForm(forms.Form):
    """A form about a moment at the workplace, in its time zone."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    clock = ClockField(label=_("Time"))

    def __init__(self, *args, zone: str, moment: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        local = moment.astimezone(ZoneInfo(zone))
        self.initial = {**self.initial, "day": local.date(), "clock": time(local.hour, local.minute)}
        self.zone = zone

    @property
    def happened_at(self) -> datetime:
        return in_utc(self.cleaned_data["day"], self.cleaned_data["clock"], self.zone)


class IncidentForm(_MomentForm):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(
        label=_("What happened?"),
        choices=Incident.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    care = forms.ChoiceField(
        label=_("Is somebody hurt?"),
        choices=Incident.Care.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    place = forms.CharField(label=_("Where exactly, if you like"), max_length=200, required=False)
    what = forms.CharField(
        label=_("In a few words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in a few words what happened.")},
    )

    field_order = ["key", "kind", "care", "what", "day", "clock", "place"]

    @property
    def values(self) -> dict[str, Any]:
        """What `report_incident` asks for."""
        said = self.cleaned_data
        return {name: said[name] for name in ("kind", "care", "place", "what")} | {
            "public_id": said["key"],
            "happened_at": self.happened_at,
        }


class CompleteForm(_MomentForm):
    """What turns out later: a doctor was needed after all, or it was an hour earlier."""

    care = forms.ChoiceField(label=_("Is somebody hurt?"), choices=Incident.Care.choices)
    place = forms.CharField(label=_("Where exactly"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ["care", "day", "clock", "place"]

    @property
    def values(self) -> dict[str, Any]:
        """What `complete_incident` asks for."""
        said = self.cleaned_data
        return {name: said[name] for name in ("care", "place", "seen")} | {"happened_at": self.happened_at}


class ToldForm(forms.Form):
    """On which days insurer and authority were told; the authority is asked for only where it has to know."""

    insurer_told_on = forms.DateField(label=_("Insurer told on"), required=False, widget=DayInput())
    authority_told_on = forms.DateField(label=_("Authority told on"), required=False, widget=DayInput())
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


def complete_form(incident: Incident, zone: str, seen: int, data: QueryDict | None) -> CompleteForm:
    """`seen` is the last row of its log. Both forms stand on one page, so this one names its fields apart."""
    known = {"care": incident.care, "place": incident.place, "seen": seen}
    return CompleteForm(data, zone=zone, moment=incident.happened_at, initial=known, auto_id="complete_%s")


def told_form(incident: Incident, seen: int, data: QueryDict | None) -> ToldForm:
    """`seen` is the last row of its log."""
    known = {"insurer_told_on": incident.insurer_told_on, "authority_told_on": incident.authority_told_on}
    return ToldForm(data, initial=known | {"seen": seen})
