"""The form for a host that stops."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from employers.rules import Stop


class StopForm(forms.Form):
    """What has happened, and since when. What the safeguarding lead decides is no choice here."""

    why = forms.ChoiceField(
        label=_("What has happened?"),
        choices=[(one.value, one.label) for one in (Stop.CLOSED, Stop.NOT_APPROVED)],
        widget=forms.RadioSelect,
    )
    since = forms.DateField(
        label=_("Since when?"), widget=DayInput(), help_text=_("A day to come is right, too: do not wait for it.")
    )
