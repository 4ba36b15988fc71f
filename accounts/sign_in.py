"""Signing in by a code or a passkey and signing out: allauth's views with our pages, under the names it looks for."""

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.forms import UsedPasskeyForm


class AddressForm(RequestLoginCodeForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs = {"autocomplete": "email", "autofocus": True}


class CodeForm(ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the mail")
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
        }


class _KeepsWhatWasTyped:
    """A refused form comes back as 422 with its fields."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        answer = super().form_invalid(form)  # type: ignore[misc]
        if answer.status_code == 200:
            answer.status_code = 422
        return answer


@method_decorator([login_not_required, never_cache], name="dispatch")
class AskForCode(_KeepsWhatWasTyped, RequestLoginCodeView):
    """The address is asked; a known and an unknown one get the same answer."""

    form_class = AddressForm
    template_name = "account/address.html"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage) -> None:
        """Whoever comes back here wants another code, not the page that waits for the first one."""


@method_decorator(login_not_required, name="dispatch")
class EnterCode(_KeepsWhatWasTyped, ConfirmLoginCodeView):
    form_class = CodeForm
    template_name = "account/code.html"


@method_decorator([login_not_required, never_cache], name="dispatch")
class UsePasskey(LoginWebAuthnView):
    """The script of the sign-in page asks here what to sign, and sends it back; whatever is wrong leads there again."""

    form_class = UsedPasskeyForm

    def form_valid(self, form) -> HttpResponse:
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=get_next_redirect_url(self.request))
        return perform_passwordless_login(self.request, passkey, login)


urlpatterns = [
    path("login/", AskForCode.as_view(), name="account_login"),
    path("login/code/", AskForCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", EnterCode.as_view(), name="account_confirm_login_code"),
    path("login/passkey/", UsePasskey.as_view(), name="mfa_login_webauthn"),
    path("logout/", require_POST(LogoutView.as_view()), name="account_logout"),
]
