"""What a teacher brings back from an own placement, and how much of it the head accepts; times in hours and minutes."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReportForm(forms.Form):
    learned = forms.CharField(
        label=_("What did you learn?"),
        help_text=_("Tools, ways of working, what has changed in the trade."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write in a few words what you learned.")},
    )
    material = forms.CharField(
        label=_("What changes in your lessons?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write in a few words what changes in your lessons.")},
    )
    hours = forms.IntegerField(label=_("Hours of help to trainers there"), min_value=0, max_value=500, required=False)
    rest = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=59, required=False)

    @property
    def coaching_minutes(self) -> int:
        return (self.cleaned_data["hours"] or 0) * 60 + (self.cleaned_data["rest"] or 0)


class AcceptForm(forms.Form):
    hours = forms.IntegerField(
        label=_("Hours of training"),
        min_value=0,
        max_value=2000,
        error_messages={"required": _("Write how many hours you accept.")},
    )
    rest = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=59, required=False)

    @property
    def minutes(self) -> int:
        return self.cleaned_data["hours"] * 60 + (self.cleaned_data["rest"] or 0)
