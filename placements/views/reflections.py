"""One question to one student: the teacher asks and reads, the student answers or leaves it."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.templatetags.ui import day as day_name
from core.workflow import Refused
from placements.access import reflections_visible_to, visible_to
from placements.forms.reflecting import SOLO, AnswerForm, QuestionForm, ReplyForm
from placements.models import Placement, Reflection
from placements.queries.reflecting import Idea, idea_of, ideas_for, own_reflections
from placements.rules.learning import Solo
from placements.workflow.reflecting import answer_question, ask_question, mark_read, withdraw_question


@require_GET
@never_cache
@allow(Role.TEACHER, Role.STUDENT)
def reflections(request: MemberRequest) -> HttpResponse:
    """A teacher's questions with what waits for reading first; a student's with the replies."""
    viewer = request.membership
    rows = own_reflections(viewer)
    if viewer.role == Role.STUDENT:
        return render(request, "placements/reflections_own.html", {"page": paged(request, rows)})
    context = {
        "unread": list(rows.filter(answered_at__isnull=False, read_at=None).order_by("answered_at", "pk")),
        "page": paged(request, rows.exclude(answered_at__isnull=False, read_at=None)),
        "ideas": told_ideas(ideas_for(viewer, today=timezone.localdate())),
    }
    return render(request, "placements/reflections.html", context)


def told_ideas(ideas: Iterable[Idea]) -> list[dict[str, Any]]:
    """Each idea with its words, its question, and a key so that two taps ask once."""
    return [{"idea": idea, "why": why_of(idea.solo), "question": SOLO, "key": uuid4()} for idea in ideas]


def why_of(solo: Solo) -> str:
    """What a question is about, as the student reads it."""
    return _("%(task)s: alone for the first time on %(day)s") % {"task": solo.task, "day": day_name(solo.day)}


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.TEACHER)
def reflection_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask one question; where a task was done alone for the first time, the question says so."""
    placements = visible_to(request.membership).select_related("learner", "school", "employer", "enrolment")
    placement = get_object_or_404(placements.exclude(learner__user=request.user.pk), public_id=public_id)
    idea = idea_of(placement, today=timezone.localdate())
    why = why_of(idea.solo) if idea else ""
    form = QuestionForm(data_of(request))
    if form.is_valid() and _asked(request, placement, form, why):
        messages.success(request, _("Your question is on the student's first page."))
        return redirect("placements:reflections")
    context = {"form": form, "placement": placement, "why": why, "crumbs": _crumbs()}
    return render(request, "placements/reflection_new.html", context, status=status_of(form))


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Questions to students"), reverse("placements:reflections"))]


def _asked(request: MemberRequest, placement: Placement, form: QuestionForm, why: str) -> bool:
    try:
        ask_question(
            placement=placement,
            reader=person_of(request.membership),
            question=form.chosen,
            why=why,
            public_id=form.cleaned_data["key"],
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.TEACHER, Role.STUDENT)
def reflection(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One question with its answer. Opening it marks nothing: reading is a button."""
    found = get_object_or_404(own_reflections(request.membership), public_id=public_id)
    if request.membership.role == Role.STUDENT:
        return _answering(request, found)
    return _reading(request, found)


def _answering(request: MemberRequest, found: Reflection) -> HttpResponse:
    form = AnswerForm(data_of(request), initial={"answer": found.answer})
    if form.is_valid() and _done(form, _answer, request, found):
        messages.success(request, _("%(name)s will read your answer.") % {"name": found.reader.full_name})
        return redirect("/")
    context = {"form": form, "reflection": found}
    return render(request, "placements/reflection_answer.html", context, status=status_of(form))


def _reading(request: MemberRequest, found: Reflection) -> HttpResponse:
    form = ReplyForm(data_of(request), initial={"reply": found.reply})
    if form.is_valid() and _done(form, _read, request, found):
        messages.success(request, _("The student sees that you have read it."))
        return redirect("placements:reflections")
    context = {"form": form, "reflection": found, "crumbs": _crumbs()}
    return render(request, "placements/reflection.html", context, status=status_of(form))


def _answer(request: MemberRequest, found: Reflection, form: Form) -> None:
    person = person_of(request.membership)
    answer_question(reflection=found, answer=form.cleaned_data["answer"], person=person, **acting(request))


def _read(request: MemberRequest, found: Reflection, form: Form) -> None:
    person = person_of(request.membership)
    mark_read(reflection=found, reply=form.cleaned_data["reply"], person=person, **acting(request))


def _done(form: Form, verb: Callable[..., None], request: MemberRequest, found: Reflection) -> bool:
    try:
        verb(request, found, form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_POST
@allow(Role.TEACHER)
def reflection_withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(reflections_visible_to(request.membership), public_id=public_id)
    try:
        withdraw_question(reflection=found, person=person_of(request.membership), **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The question is taken back. The student does not see it any more."))
    return redirect("placements:reflections")
