"""What students need at work: written by them, answered by hosts, read by teachers as far as the student chose so."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from placements.access import adjustments_visible_to, visible_to, weekly_behind
from placements.doors import Door
from placements.forms.adjustments import AdjustmentForm, AnswerForm
from placements.models import AdjustmentAnswer, Placement
from placements.queries.adjustments import Need, needs_for_host, needs_of, refused, texts_for_teacher
from placements.views.codes import sensitive
from placements.views.doors import through_account, through_link
from placements.views.plans import crumbs, page_of
from placements.workflow.adjustments import (
    answer_adjustment,
    change_adjustment,
    withdraw_adjustment,
    write_adjustment,
)
from schools.access import students_visible_to

TONES = {
    AdjustmentAnswer.Answer.AGREED: "good",
    AdjustmentAnswer.Answer.OTHERWISE: "info",
    AdjustmentAnswer.Answer.REFUSED: "warn",
}


# ── For the student ──────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.STUDENT)
def adjustments(request: MemberRequest) -> HttpResponse:
    """What was written, exactly as each reader sees it, and room for one more."""
    student = get_object_or_404(students_visible_to(request.membership))
    form = AdjustmentForm(data_of(request))
    if form.is_valid():
        write_adjustment(student=student, **_words(form), public_id=form.cleaned_data["key"], **acting(request))
        messages.success(request, _("It is saved. Below you see who reads it."))
        return redirect("placements:adjustments")
    needs = [(need, _answers(need)) for need in needs_of(student)]
    return render(request, "placements/adjustments.html", {"form": form, "needs": needs}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.STUDENT)
def adjustment(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Other words or other readers."""
    found = get_object_or_404(adjustments_visible_to(request.membership), public_id=public_id)
    known = {"text": found.text, "for_host": found.for_host, "for_teacher": found.for_teacher}
    form = AdjustmentForm(data_of(request), initial=known)
    if form.is_valid() and _done(form, change_adjustment, adjustment=found, **_words(form), **acting(request)):
        messages.success(request, _("It is changed. Whoever may read it sees the new words."))
        return redirect("placements:adjustments")
    return render(request, "placements/adjustment.html", {"form": form, "adjustment": found}, status=status_of(form))


@require_POST
@allow(Role.STUDENT)
def adjustment_withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(adjustments_visible_to(request.membership), public_id=public_id)
    withdraw_adjustment(adjustment=found, **acting(request))
    messages.success(request, _("Nobody reads it any more."))
    return redirect("placements:adjustments")


def _words(form: AdjustmentForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("text", "for_host", "for_teacher")}


def _answers(need: Need) -> list[tuple[AdjustmentAnswer, str]]:
    return [(answer, TONES[AdjustmentAnswer.Answer(answer.answer)]) for answer in need.answers]


# ── For the host ─────────────────────────────────────────────────────────────────────────────────────────────────────


def host_needs(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """What the student shares with the host of this placement, and an answer to each."""
    rows = weekly_behind(door).filter(state__in=Placement.LIVE).select_related("learner", "school", "enrolment")
    placement = get_object_or_404(rows, public_id=public_id)
    cards = [(need, _answers(need), _answer_form(request, need)) for need in needs_for_host(placement)]
    if request.method == "POST" and _answered(request, door, placement, cards):
        return redirect(door.url("adjustments", public_id))
    context = {"placement": placement, "cards": cards, "home": door.home, "school_name": placement.school.name}
    status = status_of(*(form for _need, _known, form in cards))
    return render(request, "placements/adjustments_host.html", context, status=status)


def _answer_form(request: HttpRequest, need: Need) -> AnswerForm:
    known = {"answer": answer.answer, "text": answer.text} if (answer := next(iter(need.answers), None)) else {}
    is_meant = request.POST.get("adjustment") == str(need.adjustment.public_id)
    return AnswerForm(request.POST if is_meant else None, initial=known, auto_id=f"id_{need.adjustment.pk}_%s")


def _answered(request: HttpRequest, door: Door, placement: Placement, cards: list) -> bool:
    """Whether the answer is stored; what the student has taken back in the meantime is not on the page any more."""
    meant = next(((need, form) for need, _known, form in cards if form.is_bound), None)
    if meant is None:
        messages.error(request, _("This was changed in the meantime. Please look at it again."))
        return True
    need, form = meant
    who = {"person": door.person, "by": door.actor, "at": timezone.now()}
    if not form.is_valid():
        return False
    if not _done(form, answer_adjustment, adjustment=need.adjustment, placement=placement, **form.cleaned_data, **who):
        return False
    messages.success(request, _("Your answer is saved. The student sees it."))
    return True


# ── For the staff ────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@never_cache
@allow(Role.TEACHER)
def adjustments_teacher(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What the student shares with teachers."""
    rows = visible_to(request.membership).exclude(learner__user=request.membership.user_id)
    placement = get_object_or_404(rows.select_related("learner"), public_id=public_id)
    context = {
        "placement": placement,
        "texts": texts_for_teacher(placement),
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }
    return render(request, "placements/adjustments_teacher.html", context)


@require_GET
@allow(Role.COORDINATOR)
def adjustments_refused(request: MemberRequest) -> HttpResponse:
    """Where a host cannot do what a student needs; what that is, only the student tells."""
    page = paged(request, refused(request.membership))
    rows = [(answer, page_of(answer.placement)) for answer in page]
    context = {"page": page, "rows": rows, "crumbs": [(_("Placements"), reverse("reports:placements"))]}
    return render(request, "placements/adjustments_refused.html", context)


def _done(form: Any, verb: Callable[..., Any], **said: Any) -> bool:
    try:
        verb(**said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


link_adjustments = require_http_methods(["GET", "POST"])(through_link(sensitive(host_needs)))
host_adjustments = require_http_methods(["GET", "POST"])(through_account(host_needs))
