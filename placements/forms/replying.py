"""What the student says to the host's feedback, and what the school writes down of its use."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from placements.models import FeedbackUse


class ReplyToFeedbackForm(forms.Form):
    """`agrees` comes from the button that sends the form."""

    agrees = forms.TypedChoiceField(
        choices=[("yes", _("I read it")), ("no", _("I see it otherwise"))], coerce=lambda value: value == "yes"
    )
    text = forms.CharField(
        label=_("How I see it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("agrees") is False and not cleaned.get("text", "").strip():
            self.add_error("text", _("Please write how you see it."))
        return cleaned


class UseForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(
        label=_("What came of it?"),
        choices=FeedbackUse.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    text = forms.CharField(label=_("In a few words, if you like"), max_length=200, required=False)
    on = forms.DateField(label=_("When?"), widget=DayInput())
