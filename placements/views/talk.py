"""A student asks to talk; the safeguarding lead of the school opens what was asked, acts and keeps the file of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from employers.queries import is_suspended
from placements.access import notes_visible_to
from placements.accident_clocks import emergency_number
from placements.forms.talk import EntryForm, OutcomeForm, TalkForm
from placements.models import SafeguardingNote
from placements.queries import talk as queries
from placements.workflow.talk import (
    TALKS,
    add_entry,
    ask_to_talk,
    conclude,
    is_opened,
    move_note,
    open_note,
    restore_host,
    suspend_host,
)
from schools.access import students_visible_to

TONES = {"open": "bad", "seen": "warn", "closed": "quiet"}
SENT = {"open": gettext_lazy("Sent"), "seen": gettext_lazy("Read"), "closed": gettext_lazy("Answered")}
_WRITING: dict[str, Callable[..., None]] = {"note": add_entry, "suspend": suspend_host, "restore": restore_host}


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.STUDENT)
def talk(request: MemberRequest) -> HttpResponse:
    """Two taps to a human; once sent, the page says what can be done now."""
    student = get_object_or_404(students_visible_to(request.membership).select_related("school"))
    form = TalkForm(data_of(request), placements=queries.workplaces_of(request.membership)[:5])
    if form.is_valid():
        ask_to_talk(
            student=student,
            text=form.cleaned_data["text"],
            placement=form.placement,
            public_id=form.cleaned_data["key"],
            **acting(request),
        )
        messages.success(request, _("Your school's safeguarding lead has your message and will come to you."))
        return redirect("placements:talk")
    asked = student.safeguarding_notes.all()[:5]
    context = {
        "form": form,
        "asked": [(note, SENT[note.state]) for note in asked],
        "waits": any(note.state == SafeguardingNote.State.OPEN for note in asked),
        "number": emergency_number(student.school.country),
        "phone": queries.lead_phone(student.school, timezone.localdate()),
    }
    return render(request, "placements/talk.html", context, status=status_of(form))


@require_GET
@never_cache
@allow(Role.SAFEGUARDING)
def notes(request: MemberRequest) -> HttpResponse:
    """Who asked to talk, since when and how long they waited; what they wrote stands on the note's own page."""
    show_all = request.GET.get("show") == "all"
    page = paged(request, queries.notes(request.membership, show_all=show_all))
    waits = queries.waiting(list(page), request.membership.organisation, timezone.now())
    rows = [(one, TONES[one.note.state]) for one in waits]
    return render(request, "placements/talk_notes.html", {"page": page, "rows": rows, "show_all": show_all})


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.SAFEGUARDING)
def note(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Closed until it is opened by a button, which is recorded; then for an hour the note with its file."""
    found = get_object_or_404(
        notes_visible_to(request.membership).select_related("student__person", "school", "placement__employer"),
        public_id=public_id,
    )
    step = request.POST.get("step", "")
    entry, outcome = EntryForm(request.POST if step in _WRITING else None), _outcome_form(request, found, step)
    if request.method == "POST" and _followed(request, found, step, entry, outcome):
        return redirect("placements:note", public_id)
    context = {
        "crumbs": [(_("Students who ask to talk"), reverse("placements:notes"))],
        "note": found,
        "tone": TONES[found.state],
        "entry": entry,
        "outcome": outcome,
        "file": _file_of(found) if is_opened(found, person_of(request.membership), timezone.now()) else None,
        "moves": {move.verb: move for move in TALKS.open_moves(found.state, request.membership.role)},
    }
    return render(request, "placements/talk_note.html", context, status=status_of(entry, outcome))


def _outcome_form(request: MemberRequest, found: SafeguardingNote, step: str) -> OutcomeForm:
    data = request.POST if step == "conclude" else None
    return OutcomeForm(data, initial={"outcome": found.outcome}, auto_id="id_outcome_%s")


def _file_of(found: SafeguardingNote) -> dict[str, Any]:
    employer = found.placement.employer if found.placement else None
    return {
        "entries": found.entries.select_related("person").order_by("-at", "-pk"),
        "employer": employer,
        "is_suspended": employer is not None and is_suspended(found.school, employer),
    }


def _followed(
    request: MemberRequest, found: SafeguardingNote, step: str, entry: EntryForm, outcome: OutcomeForm
) -> bool:
    """Whether the step was made; a refusal of a form stands in the form, another one above the page."""
    who = {"note": found, "person": person_of(request.membership), **acting(request)}
    if step in _WRITING:
        return entry.is_valid() and _done(entry, _WRITING[step], **entry.cleaned_data, **who)
    if step == "conclude":
        return outcome.is_valid() and _done(outcome, conclude, **outcome.cleaned_data, **who)
    try:
        if step == "open":
            open_note(**who)
        elif step in ("close", "reopen"):
            move_note(note=found, verb=step, **acting(request))
        else:
            messages.error(request, _("Choose one of the buttons."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return True


def _done(form: Form, verb: Callable[..., None], **said: Any) -> bool:
    try:
        verb(**said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
