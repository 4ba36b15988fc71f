"""What a student does after the placement, in one tap: each choice is a button of its own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from placements.models import FollowUp


class FollowUpForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What do you do now?"),
        choices=FollowUp.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one answer.")},
    )
