"""The question before a sensitive step by link: type the code that we mail to you. Signed in, nobody is asked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

import structlog
from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Link
from accounts.people import mail_address_of
from core.pages import status_of
from core.workflow import Refused
from placements.doors import Door
from placements.forms.codes import CodeForm
from placements.host_clock import FIELD, IDLE_FIELD
from placements.workflow.codes import ask_code, hash_of, prove

PROVED_FOR = timedelta(hours=2)
_OWN_FIELDS = ("csrfmiddlewaretoken", "code", "send_code", "carried", FIELD, IDLE_FIELD)

log = structlog.get_logger(__name__)


def sensitive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view behind a door: by link only after the code, once in two hours and browser."""

    @wraps(view)
    def opened(request: HttpRequest, door: Door, *args, **kwargs) -> HttpResponse:
        if door.link is None or has_proved(request, door.link):
            return view(request, door, *args, **kwargs)
        return _question(request, door, door.link, lambda: view(request, door, *args, **kwargs))

    return opened


def has_proved(request: HttpRequest, link: Link) -> bool:
    """Whether the right code for this link was typed in this browser a short while ago."""
    proved_at = request.session.get(_proof(link))
    return proved_at is not None and timezone.now() - datetime.fromisoformat(proved_at) < PROVED_FOR


def _question(request: HttpRequest, door: Door, link: Link, go_on: Callable[[], HttpResponse]) -> HttpResponse:
    """Ask for the code; what was typed on the page before travels along and is sent once the code is right."""
    form = CodeForm(request.POST if "code" in request.POST else None)
    if "send_code" in request.POST:
        _send(request, door, link)
    elif form.is_valid() and _proved(request, door, link, form):
        return go_on() if "carried" in request.POST else redirect(request.get_full_path())
    carried = [(name, value) for name, values in request.POST.lists() for value in values if name not in _OWN_FIELDS]
    context = {
        "form": form,
        "carried": carried,
        "is_sent": _kept(link) in request.session,
        "home": door.home,
        "school_name": link.school.name,
    }
    return render(request, "placements/link_code.html", context, status=422 if carried else status_of(form))


def _send(request: HttpRequest, door: Door, link: Link) -> None:
    """Mail a code and keep its hash in the session."""
    now = timezone.now()
    try:
        code = ask_code(link=link, by=door.actor, at=now)
        _mail(link, code)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        request.session[_kept(link)] = [hash_of(link, code), now.isoformat()]


def _mail(link: Link, code: str) -> None:
    address = mail_address_of(link.person_id)
    if address is None:
        raise Refused(_("The school has no e-mail address of yours that works. Please call the school."))
    with translation.override(link.person.language):
        subject, text = _("Your code"), render_to_string("placements/link_code_mail.txt", {"code": code})
    try:
        send_mail(subject, text, None, [address])
    except Exception as error:
        # A provider's library has errors of its own. Only the kind: the text of the error may hold the address.
        log.error("code_not_sent", error=type(error).__name__)
        raise Refused(_("The mail could not be sent. Please try again in a minute.")) from error


def _proved(request: HttpRequest, door: Door, link: Link, form: CodeForm) -> bool:
    """Check what was typed and remember the proof; what is wrong stands at the field."""
    now, typed = timezone.now(), form.cleaned_data["code"]
    if _kept(link) not in request.session:
        form.add_error("code", _("Ask for a code first."))
        return False
    kept, asked_at = request.session[_kept(link)]
    try:
        asked = datetime.fromisoformat(asked_at)
        is_right = prove(link=link, asked_at=asked, kept=kept, typed=typed, by=door.actor, at=now)
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return False
    if not is_right:
        form.add_error("code", _("This is not the code from the mail. Please look at the newest mail."))
        return False
    request.session.cycle_key()
    del request.session[_kept(link)]
    request.session[_proof(link)] = now.isoformat()
    return True


def _kept(link: Link) -> str:
    return f"code:{link.pk}"


def _proof(link: Link) -> str:
    return f"proved:{link.pk}"
