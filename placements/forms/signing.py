"""The forms of whoever is asked to sign, and of whoever hands a link on."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignForm(forms.Form):
    name_typed = forms.CharField(
        label=_("Type your name to sign"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type your name to sign.")},
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("What is wrong?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please give a reason.")},
    )


class ForwardForm(forms.Form):
    name = forms.CharField(label=_("Name of your colleague"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
