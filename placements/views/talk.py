"""A student asks to talk; the safeguarding lead of the school reads and closes what was asked."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from placements.access import notes_visible_to
from placements.forms.feedback import TalkForm
from placements.models import SafeguardingNote
from placements.workflow.talk import TALKS, ask_to_talk, move_note
from schools.access import students_visible_to

TONES = {"open": "bad", "seen": "warn", "closed": "quiet"}
SENT = {"open": gettext_lazy("Sent"), "seen": gettext_lazy("Read"), "closed": gettext_lazy("Answered")}


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.STUDENT)
def talk(request: MemberRequest) -> HttpResponse:
    student = get_object_or_404(students_visible_to(request.membership))
    form = TalkForm(data_of(request))
    if form.is_valid():
        ask_to_talk(
            student=student,
            text=form.cleaned_data["text"],
            public_id=form.cleaned_data["key"],
            **acting(request),
        )
        messages.success(request, _("Your school's safeguarding lead has your message and will come to you."))
        return redirect("placements:talk")
    asked = student.safeguarding_notes.all()[:5]
    context = {"form": form, "asked": [(note, SENT[note.state]) for note in asked]}
    return render(request, "placements/talk.html", context, status=status_of(form))


@require_GET
@never_cache
@allow(Role.SAFEGUARDING)
def notes(request: MemberRequest) -> HttpResponse:
    """Who asked to talk and since when; what they wrote stands on the note's own page."""
    show_all = request.GET.get("show") == "all"
    found = notes_visible_to(request.membership).select_related("student__person")
    if not show_all:
        found = found.exclude(state=SafeguardingNote.State.CLOSED)
    page = paged(request, found)
    rows = [(note, TONES[note.state]) for note in page]
    return render(request, "placements/talk_notes.html", {"page": page, "rows": rows, "show_all": show_all})


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.SAFEGUARDING)
def note(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(
        notes_visible_to(request.membership).select_related("student__person"), public_id=public_id
    )
    if request.method == "POST":
        return _moved(request, found)
    context = {
        "crumbs": [(_("Students who ask to talk"), reverse("placements:notes"))],
        "note": found,
        "tone": TONES[found.state],
        "moves": TALKS.open_moves(found.state, request.membership.role),
    }
    return render(request, "placements/talk_note.html", context)


def _moved(request: MemberRequest, found: SafeguardingNote) -> HttpResponse:
    verb = request.POST.get("verb", "")
    if verb not in {move.verb for move in TALKS.moves}:
        messages.error(request, _("Choose one of the buttons."))
        return redirect("placements:note", found.public_id)
    try:
        move_note(note=found, verb=verb, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("placements:note", found.public_id)
