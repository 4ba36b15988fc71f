"""Absences: told by the learner, the host or the school, taken back, and accepted or not."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, actor_of, allow, person_of
from accounts.models import Person
from accounts.roles import Role
from core.forms import look_again
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements.access import absences_behind, learned_by, visible_to, weekly_behind
from placements.doors import Door
from placements.forms.absences import AbsenceForm, absence_form, judge_form
from placements.models import Absence, Placement
from placements.views.doors import through_account, through_link
from placements.views.hours import day_asked
from placements.views.plans import crumbs, page_of
from placements.workflow import absences


@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT, Role.TEACHER, Role.COORDINATOR)
def absence_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """By the learner for an own placement, or by the coordinator."""
    placement = get_object_or_404(_of_member(request).select_related("learner", "school"), public_id=public_id)
    is_office = request.membership.role == Role.COORDINATOR
    who = person_of(request.membership), actor_of(request.membership)
    frame = _frame(placement, is_office) | {"is_learner": not is_office}
    return _tell(request, placement, who, frame)


def host_new(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    rows = weekly_behind(door).select_related("learner", "school")
    placement = get_object_or_404(rows, public_id=public_id)
    return _tell(request, placement, (door.person, door.actor), _door_frame(door, placement))


@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT, Role.TEACHER, Role.COORDINATOR)
def absence_withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    rows = Absence.objects.filter(placement__in=_of_member(request))
    absence = get_object_or_404(rows.select_related("placement__learner", "placement__school"), public_id=public_id)
    is_office = request.membership.role == Role.COORDINATOR
    return _withdraw(request, absence, actor_of(request.membership), _frame(absence.placement, is_office))


def host_withdraw(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    rows = absences_behind(door).select_related("placement__learner", "placement__school")
    absence = get_object_or_404(rows, public_id=public_id)
    return _withdraw(request, absence, door.actor, _door_frame(door, absence.placement))


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def absence_judge(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Whether the school accepts it, and whether it is paid (E4)."""
    rows = Absence.objects.filter(placement__in=visible_to(request.membership), withdrawn_at=None)
    absence = get_object_or_404(rows.select_related("placement__learner"), public_id=public_id)
    seen = absences.ABSENCE.seen(absence)
    form = judge_form(absence, seen, data_of(request))
    frame = _frame(absence.placement, is_office=True)
    if form.is_valid():
        if _done(form, absences.judge_absence, absence=absence, by=actor_of(request.membership), **form.values):
            messages.success(request, _("Saved. The student sees it."))
            return redirect(frame["back"])
        look_again(form, seen)
    context = frame | {"form": form, "absence": absence}
    return render(request, "placements/absence_judge.html", context, status=status_of(form))


def _of_member(request: MemberRequest) -> QuerySet[Placement]:
    """A coordinator speaks for the school, everybody else only for an own placement."""
    is_office = request.membership.role == Role.COORDINATOR
    return visible_to(request.membership) if is_office else learned_by(request.membership)


def _tell(request: HttpRequest, placement: Placement, who: tuple[Person, Actor], frame: dict[str, Any]) -> HttpResponse:
    day = day_asked(request.GET.get("day", "")) or timezone.localdate()
    form = absence_form(day, is_learner=frame["is_learner"], data=data_of(request))
    person, by = who
    if form.is_valid() and _told(form, placement, person, by):
        messages.success(request, _("The absence is saved. Everybody who needs to know sees it."))
        return redirect(frame["back"])
    context = frame | {"form": form, "placement": placement}
    return render(request, "placements/absence.html", context, status=status_of(form))


def _told(form: AbsenceForm, placement: Placement, person: Person, by: Actor) -> bool:
    return _done(form, absences.tell_absence, placement=placement, person=person, by=by, **form.values)


def _withdraw(request: HttpRequest, absence: Absence, by: Actor, frame: dict[str, Any]) -> HttpResponse:
    """Asks once; it can be told anew after that."""
    problem = ""
    if request.method == "POST":
        try:
            absences.withdraw_absence(absence=absence, by=by, at=timezone.now())
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("The absence is taken back."))
            return redirect(frame["back"])
    context = frame | {"absence": absence, "problem": problem}
    return render(request, "placements/absence_withdraw.html", context, status=422 if problem else 200)


def _frame(placement: Placement, is_office: bool) -> dict[str, Any]:
    """How the page looks: for the office with the way back, for a learner on one column."""
    hours = reverse("placements:hours", args=[placement.public_id])
    ways = crumbs((placement.learner.full_name, page_of(placement)), (_("Hours"), hours))
    return {
        "base": "base.html" if is_office else "base_phone.html",
        "crumbs": ways if is_office else [],
        "back": hours,
        "school_name": "",
    }


def _door_frame(door: Door, placement: Placement) -> dict[str, Any]:
    return {
        "base": "base_phone.html",
        "crumbs": [],
        "back": door.home,
        "school_name": placement.school.name,
        "is_learner": False,
    }


def _done(form: Any, verb: Any, **said: Any) -> bool:
    try:
        verb(at=timezone.now(), **said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


link_absence = require_http_methods(["GET", "POST"])(through_link(host_new))
host_absence = require_http_methods(["GET", "POST"])(through_account(host_new))
link_absence_withdraw = require_http_methods(["GET", "POST"])(through_link(host_withdraw))
host_absence_withdraw = require_http_methods(["GET", "POST"])(through_account(host_withdraw))
