"""Letters as the coordinator sees them: what went to whom and why, what failed, and what each letter says."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.workflow import Refused
from reminders import composing, queries, workflow
from reminders.access import READERS, letters_visible_to
from reminders.letters import LETTERS
from reminders.models import Kind, Outbox

SKIPPED = "skipped"


@require_safe
@allow(*READERS)
def letters(request: MemberRequest) -> HttpResponse:
    """The list; `show` is a state of a letter, or "skipped" for what is in no letter."""
    show = request.GET.get("show", "")
    number = request.GET.get("page", "1")
    context: dict = {"views": _views(show), "show": show}
    if show == SKIPPED:
        context["page"], context["rows"] = queries.skipped_page(request.membership, number)
        return render(request, "reminders/skipped.html", context)
    if show not in ("", *Outbox.State.values):
        raise Http404
    context["page"], context["rows"] = queries.letters_page(request.membership, number, show, now=timezone.now())
    return render(request, "reminders/letters.html", context)


def _views(show: str) -> list[dict]:
    labels = [
        ("", _("All letters")),
        (Outbox.State.FAILED, _("Could not be sent")),
        (Outbox.State.WAITING, _("Waiting")),
        (SKIPPED, _("Not sent, and why")),
    ]
    return [{"label": label, "url": f"?show={key}" if key else "?", "current": key == show} for key, label in labels]


@require_POST
@allow(Role.COORDINATOR)
def send_again(request: MemberRequest, public_id: UUID) -> HttpResponse:
    letter = get_object_or_404(letters_visible_to(request.membership), public_id=public_id)
    try:
        workflow.send_again(outbox=letter, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The letter goes out within a few minutes."))
    return redirect("reminders:letters")


@require_safe
@allow(*READERS)
def preview(request: MemberRequest, kind: str) -> HttpResponse:
    """One kind of letter with invented people, in the language of the page or the one asked for."""
    if kind not in LETTERS:
        raise Http404
    language = request.GET.get("language", translation.get_language())
    if not translation.check_for_language(language):
        raise Http404
    letter = composing.preview(
        Kind(kind), language=language, school=school_of(request.membership), today=timezone.localdate()
    )
    kinds = [{"label": one.label, "url": f"../{one.value}/", "current": one == kind} for one in LETTERS]
    return render(request, "reminders/preview.html", {"letter": letter, "kinds": kinds, "label": Kind(kind).label})
