"""The forms for when a placement breaks: an early end, a pause, and the workplace that follows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ClockInput, DayInput
from placements.forms.placing import WhenForm
from placements.forms.plans import ReasonForm
from placements.models import Concern, Placement
from placements.workflow import Why

Initiator = Placement.Initiator
_UNCHOSEN = ("", _("Choose"))
REASON_HELP = _("The staff reads this. Of a personal reason only the head, the coordinator and the safeguarding lead.")


class BreakForm(ReasonForm):
    """Reason, who wanted it, where the student goes, and until when work counts."""

    end_reason = forms.ChoiceField(
        label=_("Why?"),
        choices=[_UNCHOSEN, *Placement.EndReason.choices],
        help_text=_("Personal reasons: illness, pregnancy, custody, leaving the country, a death. All letters stop."),
    )
    initiator = forms.ChoiceField(label=_("Who wanted it?"), choices=[_UNCHOSEN, *Initiator.choices])
    host_said = forms.ChoiceField(
        label=_("What does the host say?"),
        choices=[("", _("Nothing of these")), *Concern.Category.choices],
        required=False,
        help_text=_("Some of these are no lawful reason to send somebody away. The school then looks at it."),
    )
    talked = forms.BooleanField(label=_("We have talked with the host and with the student"), required=False)
    direction = forms.ChoiceField(
        label=_("Where does the student go?"), choices=[_UNCHOSEN, *Placement.Direction.choices]
    )
    last_day = forms.DateField(
        label=_("Last day of work"),
        widget=DayInput(),
        required=False,
        help_text=_("Not needed where the student never came."),
    )
    last_time = forms.TimeField(
        label=_("Until what time?"),
        widget=ClockInput(),
        required=False,
        help_text=_("Work after it does not count. Left empty, the whole day counts."),
    )

    field_order = ["end_reason", "initiator", "host_said", "talked", "direction", "last_day", "last_time", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = REASON_HELP

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("initiator") == Initiator.HOST and not cleaned.get("talked"):
            self.add_error("talked", _("Talk first, with the host and with the student. Then end it."))
        came = cleaned.get("end_reason") != Placement.EndReason.NO_SHOW
        if came and not cleaned.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Write the last day of work."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What the verb is told."""
        told = self.cleaned_data
        why = Why(
            end_reason=told["end_reason"],
            initiator=told["initiator"],
            text=told["reason"],
            direction=told["direction"],
            host_said=told["host_said"] if told["initiator"] == Initiator.HOST else "",
        )
        return {"why": why, "last_day": told["last_day"], "last_time": told["last_time"]}


class PauseForm(ReasonForm):
    personal = forms.BooleanField(
        label=_("The reason is personal"),
        required=False,
        help_text=_("Illness, pregnancy, custody, a death. Others only see that it is paused, and all letters stop."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = REASON_HELP

    @property
    def values(self) -> dict[str, Any]:
        """What the verb is told."""
        end_reason = Placement.EndReason.PERSONAL if self.cleaned_data["personal"] else ""
        return {"reason": self.cleaned_data["reason"], "end_reason": end_reason}


class TransferForm(WhenForm):
    """The workplace that follows: who guides there, and when."""
