from django import forms
from django.utils.translation import gettext_lazy as _


class DoneForm(forms.Form):
    """What was done about one alert."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    done = forms.CharField(
        label=_("What was done?"), max_length=500, error_messages={"required": _("Say in a few words what was done.")}
    )
