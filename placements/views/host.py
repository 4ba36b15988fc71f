"""The host's screens, by link and signed in: was this week right, and the closing feedback."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Link, Person
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import hosted_behind
from placements.doors import Door
from placements.forms.feedback import FeedbackForm, answers_of
from placements.forms.hours import WeekForm
from placements.models import Feedback, Placement
from placements.queries.hours import Week, awaiting_feedback, logged_tasks, tasks_of, week_for_host, weeks_for_host
from placements.queries.plans import unsigned
from placements.rules.hours import UNDO, monday
from placements.views.doors import through_account, through_link
from placements.workflow import weeks
from placements.workflow.feedback import give_feedback, is_editable


def week(request: HttpRequest, door: Door) -> HttpResponse:
    """All weeks that wait for this person, of all their students, and those answered in the last days."""
    _must_be_for(door, Link.Purpose.CONFIRM)
    weeks = weeks_for_host(hosted_behind(door), _guide(door), now=timezone.now())
    ending = [] if door.link else awaiting_feedback(hosted_behind(door), today=timezone.localdate())
    context = {
        "to_sign": unsigned(door.membership) if door.membership else [],
        "closings": [(placement, door.url("closing", placement.public_id)) for placement in ending],
        "cards": [_card(door, week) for week in weeks],
        "helpers": _helpers(weeks),
        "open_count": sum(week.is_open for week in weeks),
        "school_name": door.school.name if door.school else "",
        "forward_url": door.url("forward") if door.link else "",
    }
    return render(request, "placements/host_week.html", context)


def week_change(request: HttpRequest, door: Door, public_id: UUID, week_starts_on: date) -> HttpResponse:
    """Other minutes for some days of a week, each with a reason."""
    found = _week(door, public_id, week_starts_on)
    form = WeekForm(data_of(request), week=found)
    if form.is_valid() and _confirmed(request, door, found, form):
        return redirect(door.home)
    context = {
        "form": form,
        "week": found,
        "home": door.home,
        "school_name": found.placement.school.name,
    }
    return render(request, "placements/host_week_change.html", context, status=status_of(form))


def confirm(request: HttpRequest, door: Door, public_id: UUID, week_starts_on: date) -> HttpResponse:
    """Yes, all right: one tap for one student and one week."""
    found = _week(door, public_id, week_starts_on)
    if request.POST.get("seen") != found.seen:
        messages.warning(request, _("The student has changed this week. Please look at it again."))
        return redirect(door.home)
    _answer(request, door, found, None)
    return redirect(door.home)


def undo(request: HttpRequest, door: Door, public_id: UUID, week_starts_on: date) -> HttpResponse:
    found = _week(door, public_id, week_starts_on)
    if found.confirmation:
        try:
            weeks.undo_confirmation(confirmation=found.confirmation, by=door.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect(door.home)


def closing(request: HttpRequest, door: Door, public_id: UUID | None = None) -> HttpResponse:
    """Five answers at the end; afterwards the receipt, open to change for a day. A link knows its placement."""
    _must_be_for(door, Link.Purpose.FEEDBACK)
    placements = hosted_behind(door).select_related("learner", "school")
    key = {"pk": door.subject_id} if door.link else {"public_id": public_id}
    placement = get_object_or_404(placements, **key)
    feedback = Feedback.objects.prefetch_related("tasks__template").filter(placement=placement).first()
    editable = feedback is None or is_editable(feedback, now=timezone.now())
    if feedback and request.method == "GET" and not (editable and "change" in request.GET):
        return render(request, "placements/closing_receipt.html", _receipt(door, placement, feedback, editable))
    initial = answers_of(feedback) if feedback else {"tasks": logged_tasks(placement)}
    form = FeedbackForm(data_of(request), tasks=tasks_of(placement), initial=initial)
    if form.is_valid() and _given(door, placement, form):
        return redirect(door.url("closing", placement.public_id))
    context = {
        "form": form,
        "placement": placement,
        "action": door.url("closing", placement.public_id),
        "forward_url": door.url("forward") if door.link and not feedback else "",
        "school_name": placement.school.name,
    }
    return render(request, "placements/closing.html", context, status=status_of(form))


def _must_be_for(door: Door, purpose: Link.Purpose) -> None:
    if door.link and door.purpose != purpose:
        raise Http404


def _guide(door: Door) -> Person | None:
    """Whose days: those of the one who guides, or of the whole firm for its owner."""
    return None if door.actor.role == Role.OWNER else door.guide


def _week(door: Door, public_id: UUID, week_starts_on: date) -> Week:
    _must_be_for(door, Link.Purpose.CONFIRM)
    placement = get_object_or_404(hosted_behind(door), public_id=public_id)
    found = week_for_host(placement, week_starts_on, _guide(door)) if monday(week_starts_on) == week_starts_on else None
    if found is None:
        raise Http404
    return found


def _helpers(weeks: list[Week]) -> list[str]:
    """The addresses of the coordinators of these students."""
    people = {week.placement.coordinator for week in weeks if week.placement.coordinator}
    return sorted({person.user.email for person in people if person.user})


def _card(door: Door, week: Week) -> dict:
    args = (week.placement.public_id, week.week_starts_on)
    confirmation = week.confirmation
    return {
        "week": week,
        "change_url": door.url("week", *args),
        "confirm_url": door.url("confirm", *args),
        "undo_url": door.url("undo", *args),
        "undo_until": week.undo_until if confirmation and timezone.now() - confirmation.answered_at <= UNDO else None,
    }


def _confirmed(request: HttpRequest, door: Door, week: Week, form: WeekForm) -> bool:
    if form.cleaned_data["seen"] != week.seen:
        form.add_error(None, _("The student has changed this week. Please look at it again."))
        return False
    return _answer(request, door, week, form)


def _answer(request: HttpRequest, door: Door, week: Week, form: WeekForm | None) -> bool:
    try:
        weeks.confirm_week(
            placement=week.placement,
            week_starts_on=week.week_starts_on,
            person=door.person,
            guide=door.guide,
            changes=form.changes if form else None,
            by=door.actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal)) if form else messages.error(request, str(refusal))
        return False
    return True


def _given(door: Door, placement: Placement, form: FeedbackForm) -> bool:
    try:
        give_feedback(placement=placement, person=door.person, by=door.actor, at=timezone.now(), **form.values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _receipt(door: Door, placement: Placement, feedback: Feedback, editable: bool) -> dict:
    return {
        "placement": placement,
        "feedback": feedback,
        "change_url": f"{door.url('closing', placement.public_id)}?change=1" if editable else "",
        "change_until": feedback.given_at + UNDO,
        "school_name": placement.school.name,
    }


host = require_GET(through_account(week))
link_week = require_http_methods(["GET", "POST"])(through_link(week_change))
host_week = require_http_methods(["GET", "POST"])(through_account(week_change))
link_confirm = require_POST(through_link(confirm))
host_confirm = require_POST(through_account(confirm))
link_undo = require_POST(through_link(undo))
host_undo = require_POST(through_account(undo))
link_closing = require_http_methods(["GET", "POST"])(through_link(closing))
host_closing = require_http_methods(["GET", "POST"])(through_account(closing))
