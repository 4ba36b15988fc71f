"""How allauth signs people in here: by a code to a known address, and without telling which addresses are known."""

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
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

    def get_login_stages(self) -> list[str]:
        """Who has typed the code from the mail is in: a passkey is another way, not a second lock."""
        return [stage for stage in super().get_login_stages() if not stage.startswith("allauth.mfa.")]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home, or for an account without a role today a page that says so."""
        if open_memberships(request.user, timezone.localdate()):  # type: ignore[arg-type]
            return super().get_login_redirect_url(request)
        return reverse("accounts:no_role")

    def post_login(self, request: HttpRequest, user, **kwargs) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        speak_language_of(user, response)
        return response


class Passkeys(DefaultMFAAdapter):
    """What the browser shows of a passkey and what we say when one does not fit."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This passkey does not work here. Sign in with a code by mail."),
    }

    def generate_authenticator_name(self, user, type) -> str:
        return gettext("My passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Passerelle"}

    def get_public_key_credential_user_entity(self, user) -> dict:
        """The name stays on the person's own device."""
        known: User = user
        person = Person.objects.filter(user=known).first()
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": known.email, "display_name": person.full_name if person else known.email}


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
