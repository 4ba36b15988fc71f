from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.roles import SCHOOL_STAFF
from core.forms import DayInput


class MemberForm(forms.Form):
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("The code for signing in goes to this address.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in SCHOOL_STAFF])


class LastDayForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())
