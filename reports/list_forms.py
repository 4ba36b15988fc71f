"""The forms around a list: the name of a saved view."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
