from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.roles import SCHOOL_STAFF


class DayInput(forms.DateInput):
    """The browser's own day picker; works with typing too."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class CodesField(forms.CharField):
    """A list of codes, typed with commas between them."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value) -> list[str]:
        codes = list(dict.fromkeys(super().clean(value).replace(",", " ").split()))
        if any(len(code) > 20 for code in codes):
            raise ValidationError(_("A code has at most 20 characters."))
        return codes


class MemberForm(forms.Form):
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("The code for signing in goes to this address.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in SCHOOL_STAFF])


class LastDayForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())
