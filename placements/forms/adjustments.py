"""What helps at work, in the student's words, and what a host says to it."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from placements.models import AdjustmentAnswer


class AdjustmentForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    text = forms.CharField(
        label=_("What helps you at work?"),
        help_text=_("Write what helps, not the diagnosis. Such as: I need a short break every hour."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what helps you.")},
    )
    for_host = forms.BooleanField(label=_("My supervisor at the workplace may read it"), required=False)
    for_teacher = forms.BooleanField(label=_("My teacher may read it"), required=False)


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Can you do this?"),
        choices=AdjustmentAnswer.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    text = forms.CharField(label=_("In a few words, if you like"), max_length=500, required=False)
