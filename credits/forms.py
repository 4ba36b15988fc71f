"""The form with which a teacher decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credits.models import Decision
from credits.rules import Result

_OUTCOMES = [
    (Decision.State.CREDITED, _("Credit: the hours that the programme asks for are reached")),
    (Decision.State.PARTLY, _("Credit a part now")),
    (Decision.State.NOT_YET, _("Not yet")),
]


class DecisionForm(forms.Form):
    """What, how much and why; `seen` says which evidence the teacher looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        label=_("Your decision"),
        choices=_OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide.")},
    )
    hours = forms.IntegerField(label=_("Hours"), min_value=0, max_value=20_000, required=False)
    rest = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=59, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed when you decide otherwise than the rule proposes. The student reads it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def minutes(self) -> int:
        if self.cleaned_data["outcome"] == Decision.State.NOT_YET:
            return 0
        return (self.cleaned_data["hours"] or 0) * 60 + (self.cleaned_data["rest"] or 0)


def proposed(result: Result, seen: str) -> dict[str, Any]:
    """The form filled in with what the rule proposes."""
    whole = result.credited + result.proposed >= result.required
    some = Decision.State.CREDITED if whole else Decision.State.PARTLY
    return {
        "seen": seen,
        "outcome": some if result.proposed else Decision.State.NOT_YET,
        "hours": result.proposed // 60,
        "rest": result.proposed % 60,
    }
