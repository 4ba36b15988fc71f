"""Why a host would like to end a placement, and what the school writes down about the talk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from placements.models import Concern


class EndForm(forms.Form):
    category = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Concern.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    text = forms.CharField(
        label=_("What has happened, if you like"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TalkedForm(forms.Form):
    reason = forms.CharField(
        label=_("What did the talk lead to?"),
        help_text=_("Coordinator and head read it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in one sentence what the talk led to.")},
    )
