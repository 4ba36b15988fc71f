"""How allauth signs people in here: by a code to a known address, and without telling which addresses are known."""

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.queries import open_memberships

log = structlog.get_logger(__name__)


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by the school, never by whoever comes along."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code from the mail. Please look at the newest mail."),
        "too_many_login_attempts": _("That were too many tries. Please wait a few minutes."),
        "rate_limited": _("That were too many tries. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args, **kwargs) -> None:
        """The pages themselves say what was done; only what went wrong is worth a message."""
        if level >= messages.WARNING:
            super().add_message(request, level, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """A mail server that is down must not tell a known address from an unknown one by an error page."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            # Only the kind: the text of the error may hold the address.
            log.error("code_not_sent", error=type(error).__name__)

    def respond_user_inactive(self, request: HttpRequest, user) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home, or for an account without a role today a page that says so."""
        if open_memberships(request.user, timezone.localdate()):  # type: ignore[arg-type]
            return super().get_login_redirect_url(request)
        return reverse("accounts:no_role")

    def post_login(self, request: HttpRequest, user, **kwargs) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        speak_language_of(user, response)
        return response


def speak_language_of(user, response: HttpResponseBase) -> None:
    """Answer from now on in the language that the person chose, on whatever machine."""
    language = Person.objects.filter(user=user).values_list("language", flat=True).first()
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
        )
