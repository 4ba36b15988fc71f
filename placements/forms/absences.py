"""The forms of an absence: how much of a day and whose cause, and whether the school accepts it. Never a diagnosis."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from placements.forms.hours import LengthForm
from placements.models import Absence

Cause = Absence.Cause
CAUSES = (
    (Cause.STUDENT, _("On the student's side, such as being ill or a family day")),
    (Cause.HOST, _("On the side of the workplace, such as being closed or having no work")),
    (Cause.SCHOOL, _("On the side of the school, such as an exam")),
    (Cause.FORCE_MAJEURE, _("Nobody could help it, such as a strike or a storm")),
)
OWN_CAUSES = ((Cause.STUDENT, _("On my side, such as being ill or a family day")), *CAUSES[1:])
ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("", _("Not said")))
KNOWN = {"yes": True, "no": False}


class AbsenceForm(LengthForm):
    """A day of planned work that was missed or will be; `minutes` is None for the whole day."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(label=_("Day"), widget=DayInput())
    part = forms.ChoiceField(
        label=_("How much of it?"),
        choices=(("whole", _("The whole day, or what is left of it")), ("part", _("A part of it:"))),
        widget=forms.RadioSelect,
        initial="whole",
    )
    cause = forms.ChoiceField(
        label=_("Whose cause is it?"),
        help_text=_("Nobody needs to know an illness, so do not name one here."),
        choices=CAUSES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whose cause it is.")},
    )

    field_order = ("key", "day", "part", "hours", "minutes", "cause")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("part") == "part" and not self.length and not {"hours", "minutes"} & set(self.errors):
            self.add_error("hours", _("Write how long, at least one minute."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What `tell_absence` asks for."""
        cleaned = self.cleaned_data
        minutes = self.length if cleaned["part"] == "part" else None
        return {"public_id": cleaned["key"], "day": cleaned["day"], "minutes": minutes, "cause": cleaned["cause"]}


def absence_form(day: date, *, is_learner: bool, data: Any = None) -> AbsenceForm:
    form = AbsenceForm(data, initial={"key": uuid4(), "day": day})
    form.fields["cause"].choices = OWN_CAUSES if is_learner else CAUSES  # type: ignore[attr-defined]
    return form


class JudgeForm(forms.Form):
    """What the school says of an absence; nothing is a word too, and may come back."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    authorised = forms.ChoiceField(
        label=_("Does the school accept this absence?"), choices=ANSWERS, required=False, widget=forms.RadioSelect
    )
    paid = forms.ChoiceField(
        label=_("Is the time paid?"),
        help_text=_("Only where the placement is paid."),
        choices=ANSWERS,
        required=False,
        widget=forms.RadioSelect,
    )

    @property
    def values(self) -> dict[str, Any]:
        said = {name: KNOWN.get(self.cleaned_data[name]) for name in ("authorised", "paid")}
        return said | {"seen": self.cleaned_data["seen"]}


def judge_form(absence: Absence, seen: int, data: Any = None) -> JudgeForm:
    """`seen` is the last row of its log."""
    said = {True: "yes", False: "no", None: ""}
    initial = {"authorised": said[absence.authorised], "paid": said[absence.paid], "seen": seen}
    return JudgeForm(data, initial=initial)
