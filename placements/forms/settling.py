"""The form of a day on which the sides differ: whose hours are right, or what else, and why."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import hours
from placements.forms.hours import LengthForm
from placements.models import HourClaim, WorkEntry
from placements.queries.hours import host_word, student_word

Side = HourClaim.Side
OTHER = "other"


class WordForm(LengthForm):
    """One of the two values or another one. Taking over the `theirs` of the other side needs no reason."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    which = forms.ChoiceField(
        label=_("What is right?"), widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    reason = forms.CharField(label=_("Why?"), max_length=300, required=False)

    field_order = ("seen", "which", "hours", "minutes", "reason")

    def __init__(self, *args, said: dict[str, int], theirs: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.said, self.theirs = said, theirs

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        which = cleaned.get("which")
        if which == OTHER and self.length is None and not {"hours", "minutes"} & set(self.errors):
            self.add_error("hours", _("Write the hours that are right."))
        if which and which != self.theirs and not cleaned.get("reason"):
            self.add_error("reason", _("Say in a few words why."))
        return cleaned

    @property
    def agrees(self) -> bool:
        return bool(self.theirs) and self.cleaned_data["which"] == self.theirs

    @property
    def said_minutes(self) -> int:
        """The minutes that were chosen or written."""
        which = self.cleaned_data["which"]
        return (self.length or 0) if which == OTHER else self.said[which]


def reply_form(entry: WorkEntry, data: Any = None) -> WordForm:
    """What the learner says to the host's hours."""
    labels = {Side.HOST: _("%(hours)s, as the host says"), Side.STUDENT: _("%(hours)s, as I wrote")}
    word = host_word(entry)
    return _form(entry, labels, data, theirs=Side.HOST, seen=word.minutes if word else None)


def answer_form(entry: WorkEntry, data: Any = None) -> WordForm:
    """What the host says to the learner's answer."""
    labels = {Side.STUDENT: _("%(hours)s, as the student says"), Side.HOST: _("%(hours)s, as I said")}
    return _form(entry, labels, data, theirs=Side.STUDENT, seen=entry.logged_minutes)


def settle_form(entry: WorkEntry, data: Any = None) -> WordForm:
    """What the school decides; it always says why."""
    labels = {Side.STUDENT: _("%(hours)s, as the student says"), Side.HOST: _("%(hours)s, as the host says")}
    read = list(entry.claims.all())
    return _form(entry, labels, data, theirs="", seen=read[-1].pk if read else None)


def _form(entry: WorkEntry, labels: dict, data: Any, *, theirs: str, seen: int | None) -> WordForm:
    words = {Side.STUDENT: student_word(entry), Side.HOST: host_word(entry)}
    said = {str(side): word.minutes for side, word in words.items() if word}
    if len(set(said.values())) == 1 and theirs in said:
        said = {theirs: said[theirs]}
    form = WordForm(data, said=said, theirs=theirs, initial={"seen": seen})
    form.fields["which"].choices = _choices(said, labels)  # type: ignore[attr-defined]
    return form


def _choices(said: dict, labels: dict) -> Collection[tuple[str, Any]]:
    known = [(side, label % {"hours": hours(said[side])}) for side, label in labels.items() if side in said]
    return [*known, (OTHER, _("Another time, written below"))]
