"""The forms of a week sheet on paper: its code, and the photo or scan of it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the sheet"),
        max_length=20,
        help_text=_("Eight letters and digits, printed beside the square. For example: K7QF-M2XW."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the code of the sheet.")},
    )


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("Take or choose a photo of the sheet"),
        help_text=_("PDF, JPEG, PNG or WebP, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
        error_messages={"required": _("Please choose a photo or a PDF."), "empty": _("This file is empty.")},
    )
