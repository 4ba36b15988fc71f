"""Is it still you: a code by mail before somebody who has signed in changes how they sign in.

The session holds the hash of the code, never the code; five tries for each, and few codes an hour.
"""

import secrets
import time
from collections.abc import Callable
from functools import wraps

import structlog
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import ratelimit
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import FreshCodeForm
from core.pages import status_of

FRESH_FOR = 15 * 60
CODE_LIVES = 10 * 60
TRIES = 5
_PROVED, _KEPT = "fresh:proved", "fresh:code"

log = structlog.get_logger(__name__)


def needs_fresh_code(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view of somebody who has signed in: only within 15 minutes of a code from their mail."""

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if is_fresh(request) else _question(request)

    return opened


def is_fresh(request: HttpRequest) -> bool:
    """Whether a code from the mail was typed in this session a short while ago, here or when signing in."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    by_code = [record["at"] for record in records if record.get("method") == "code"]
    return time.time() - max([request.session.get(_PROVED, 0), *by_code]) < FRESH_FOR


def _question(request: HttpRequest) -> HttpResponse:
    """Send a code to the address of the account, and take it; then the page itself, under the same address."""
    form = FreshCodeForm(request.POST if "code" in request.POST else None)
    problem = _send(request) if "send_code" in request.POST else ""
    if form.is_valid() and _is_right(request, form):
        request.session.cycle_key()
        request.session[_PROVED] = time.time()
        return redirect(request.path)
    context = {
        "form": form,
        "problem": problem,
        "is_sent": _KEPT in request.session,
        "email": request.user.email,  # type: ignore[union-attr]
        "back": reverse("accounts:ways"),
    }
    return render(request, "account/fresh_code.html", context, status=422 if problem else status_of(form))


def _send(request: HttpRequest) -> str:
    """Mail a code and keep its hash; what is wrong, in words."""
    email = request.user.email  # type: ignore[union-attr]
    if not ratelimit.consume(request, action="request_login_code", key=email):
        return _("You have asked for many codes. Please wait a few minutes.")
    digits = f"{secrets.randbelow(10**6):06d}"
    try:
        send_mail(_("Your code"), render_to_string("account/fresh_code.txt", {"code": digits}), None, [email])
    except OSError as error:
        # Only the kind: the text of the error may hold the address.
        log.error("code_not_sent", error=type(error).__name__)
        return _("The mail could not be sent. Please try again in a minute.")
    request.session[_KEPT] = {"hash": _hash(request, digits), "at": time.time(), "tries": 0}
    return ""


def _is_right(request: HttpRequest, form: FreshCodeForm) -> bool:
    """Compare and count; what is wrong stands at the field."""
    kept = request.session.get(_KEPT)
    if kept is None:
        form.add_error("code", _("Ask for a code first."))
    elif time.time() - kept["at"] > CODE_LIVES:
        form.add_error("code", _("This code is older than 10 minutes. Ask for a new one."))
    elif kept["tries"] >= TRIES or not ratelimit.consume(request, action="reauthenticate", user=request.user):  # type: ignore[arg-type]
        form.add_error("code", _("That were too many tries. Ask for a new code."))
    elif not constant_time_compare(kept["hash"], _hash(request, form.cleaned_data["code"])):
        request.session[_KEPT] = {**kept, "tries": kept["tries"] + 1}
        form.add_error("code", _("This is not the code from the mail. Please look at the newest mail."))
    else:
        del request.session[_KEPT]
        return True
    return False


def _hash(request: HttpRequest, digits: str) -> str:
    return salted_hmac("fresh code", f"{request.user.pk}:{digits}", algorithm="sha256").hexdigest()
