from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
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


class FreshCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        """Six digits may be typed in two groups."""
        return "".join(self.cleaned_data["code"].split())


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=60,
        help_text=_("So that you know it again, such as: my phone."),
        error_messages={"required": _("Give it a name.")},
    )


class NewPasskeyForm(PasskeyNameForm):
    """`credential` is filled by the browser, which has asked for the finger, the face or the PIN."""

    credential = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": _("The browser has made no passkey. Please try again.")}
    )


# What the library below raises when it takes apart bytes that no browser has sent.
_GARBLED = (ValueError, TypeError, KeyError, IndexError)


class MadePasskeyForm(AddWebAuthnForm):
    """Takes apart and checks what the browser has signed for a new passkey."""

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except _GARBLED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class UsedPasskeyForm(LoginWebAuthnForm):
    """Finds the passkey that has signed."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except _GARBLED as error:
            raise get_adapter().validation_error("incorrect_code") from error
