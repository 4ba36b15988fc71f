"""The forms of whoever is asked to sign, and of whoever hands a link on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput


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


class PaperForm(forms.Form):
    name_typed = forms.CharField(label=_("Name as it stands on the paper"), max_length=200)
    signed_on = forms.DateField(label=_("Day on which it was signed"), widget=DayInput())
    file = forms.FileField(
        label=_("Scan or photo of the signed paper"),
        required=False,
        help_text=_("PDF, JPEG, PNG or WebP, at most 10 MB. It can follow later."),
    )


class ScanForm(forms.Form):
    file = forms.FileField(
        label=_("Scan or photo of the signed paper"), help_text=_("PDF, JPEG, PNG or WebP, at most 10 MB.")
    )


class TakeBackForm(forms.Form):
    reason = forms.CharField(label=_("Why is it taken back?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
