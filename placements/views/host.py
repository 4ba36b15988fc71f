"""The host's screens, by link and signed in: was this week right, and a day that is missing."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Link, Person
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import expected_behind, hosted_behind, weekly_behind
from placements.doors import Door
from placements.forms.hours import TimesForm, WeekForm, host_day_form
from placements.models import Absence, Doubt, FeedbackUse, HourClaim, Placement
from placements.queries.absences import told_to_host
from placements.queries.appointments import next_of, with_next
from placements.queries.feedback import news_for_host, used
from placements.queries.handing_over import taken_over, with_hand_over
from placements.queries.host_account import with_other_schools
from placements.queries.host_time import spent_on, with_host_time
from placements.queries.hours import (
    Week,
    hosted_now,
    log_plan,
    student_word,
    week_for_host,
    weeks_for_host,
)
from placements.queries.offering import Question, questions_to, with_questions
from placements.queries.plans import unsigned
from placements.rules.hours import UNDO, monday
from placements.views.clock import is_in_doubt
from placements.views.doors import through_account, through_link
from placements.views.host_account import offers_account
from placements.views.host_more import more_of
from placements.views.hours import day_asked
from placements.workflow import weeks

ASKS_SHOWN = 3


def week(request: HttpRequest, door: Door) -> HttpResponse:
    """All weeks that wait for this person, of all their students, and those answered in the last days."""
    _must_be_for(door, Link.Purpose.CONFIRM)
    today, weeks = timezone.localdate(), weeks_for_host(hosted_behind(door), _guide(door), now=timezone.now())
    mine = with_host_time(with_other_schools(with_hand_over(expected_behind(door), door.person), door.guide))
    mine = with_next(mine, HourClaim.Side.HOST, now=timezone.now())
    here = hosted_now(mine if door.link else with_questions(mine, door, today), door.guide, today=today)
    context = {
        "to_sign": unsigned(door.membership) if door.membership else [],
        "closings": [] if door.link else _closings(door, here),
        "groups": _groups(door, weeks),
        "asks": _asks(door, here),
        "rounds": _rounds(door, here, today),
        "open_count": sum(week.is_open for week in weeks),
        "answer_count": sum(len(week.answered) for week in weeks),
        "school_name": door.school.name if door.school else "",
        "more": more_of(door, here, weeks),
        "handovers": taken_over(here),
        "news": _news(door),
        "planned": [(one, coming) for one in here if (coming := next_of(one))],
        "spent": spent_on(here),
        "account_url": door.url("account") if offers_account(door, here) else "",
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
    if found.seen not in request.POST.getlist("seen"):
        messages.warning(request, _("The student has changed this week. Please look at it again."))
        return redirect(door.home)
    _answer(request, door, found, None)
    return redirect(door.home)


def confirm_all(request: HttpRequest, door: Door, week_starts_on: date) -> HttpResponse:
    """All right for every student of one week who was on the page and has changed nothing since."""
    _must_be_for(door, Link.Purpose.CONFIRM)
    found = weeks_for_host(hosted_behind(door), _guide(door), now=timezone.now())
    waiting = [week for week in found if week.week_starts_on == week_starts_on and week.is_open]
    seen = set(request.POST.getlist("seen"))
    shown = [week for week in waiting if week.seen in seen]
    done = [week for week in shown if _answer(request, door, week, None)]
    if done:
        words = ngettext("Confirmed for %(n)s student.", "Confirmed for %(n)s students.", len(done))
        messages.success(request, words % {"n": len(done)})
    if len(shown) < len(waiting):
        messages.warning(request, _("A student has changed this week in the meantime. Please look at what is left."))
    return redirect(door.home)


def add_day(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """A day that the student has not written down: it counts on the host's word alone (E31)."""
    rows = weekly_behind(door).select_related("learner", "school")
    placement = get_object_or_404(rows, public_id=public_id)
    plan = log_plan(placement, today=timezone.localdate(), day=day_asked(request.GET.get("day", "")))
    form = host_day_form(placement, plan, data_of(request))
    if form.is_valid() and _added(door, placement, form, in_doubt=is_in_doubt(request, door)):
        messages.success(request, _("The day is saved and confirmed. The student and the school see it."))
        return redirect(door.home)
    context = {
        "form": form,
        "placement": placement,
        "missing": plan.missing[:5],
        "home": door.home,
        "absence_url": door.url("absence", placement.public_id),
        "sheets_url": door.url("week_sheet", placement.public_id),
        "school_name": placement.school.name,
    }
    return render(request, "placements/host_day.html", context, status=status_of(form))


def _added(door: Door, placement: Placement, form: TimesForm, *, in_doubt: bool) -> bool:
    who: dict[str, Any] = {"person": door.person, "guide": door.guide, "by": door.actor, "at": timezone.now()}
    try:
        key = form.cleaned_data["key"]
        weeks.add_day(placement=placement, public_id=key, in_doubt=in_doubt, **who, **form.values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def undo(request: HttpRequest, door: Door, public_id: UUID, week_starts_on: date) -> HttpResponse:
    found = _week(door, public_id, week_starts_on)
    if found.confirmation:
        try:
            weeks.undo_confirmation(confirmation=found.confirmation, by=door.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect(door.home)


def settle(request: HttpRequest, door: Door, public_id: UUID, week_starts_on: date) -> HttpResponse:
    """Yes, it was me; said as fast as before it would prove nothing."""
    found = _week(door, public_id, week_starts_on)
    if is_in_doubt(request, door):
        messages.warning(request, _("That was very fast. Please press once more."))
    elif found.confirmation:
        weeks.settle_doubt(confirmation=found.confirmation, by=door.actor, at=timezone.now())
    return redirect(door.home)


def _must_be_for(door: Door, purpose: Link.Purpose) -> None:
    if not door.is_for(purpose):
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


def _groups(door: Door, weeks: list[Week]) -> list[dict]:
    """The weeks by their Monday, each with its cards and the address that confirms all that wait."""
    absences = told_to_host(weeks)
    groups = []
    for monday_of, rows in groupby(weeks, key=lambda week: week.week_starts_on):
        cards = [_card(door, week, absences) for week in rows]
        waiting = [card["week"] for card in cards if card["week"].is_open]
        all_url = door.url("confirm_all", monday_of)
        groups.append({"week": cards[0]["week"], "cards": cards, "waiting": waiting, "all_url": all_url})
    return groups


def _closings(door: Door, here: list[Placement]) -> list[tuple[Placement, str]]:
    """Who waits for feedback at the end, the oldest end first, and where it is given."""
    ending = sorted((one for one in here if one.asks_feedback), key=lambda one: (one.ends_on, one.pk))  # type: ignore[attr-defined]
    return [(placement, door.url("closing", placement.public_id)) for placement in ending]


def _news(door: Door) -> list[tuple[FeedbackUse, str, str]]:
    """What came of the feedback that this person gave, or of the firm's for its owner, and where it can be read."""
    person = None if door.actor.role == Role.OWNER else door.person
    found = news_for_host(hosted_behind(door), person, now=timezone.now())
    return [(use, used(use), door.url("receipt", use.feedback.placement.public_id)) for use in found]


def _asks(door: Door, here: list[Placement]) -> list[tuple[Placement, str]]:
    """What a guide is asked for beside hours: the first few, the next ones follow."""
    asked = [one for one in here if one.ask]  # type: ignore[attr-defined]
    return [(one, door.near(one.ask, one.public_id)) for one in asked[:ASKS_SHOWN]]  # type: ignore[attr-defined]


def _rounds(door: Door, here: list[Placement], today: date) -> list[tuple[Question, str]]:
    """Schools that ask for places, and where one answers; by link the letter itself leads there."""
    found = [] if door.link else questions_to(door, here, today)
    return [(question, f"{door.near('offers')}?{urlencode({'firm': question.key})}") for question in found]


def _card(door: Door, week: Week, absences: Mapping[tuple[int, date], list[Absence]]) -> dict:
    args = (week.placement.public_id, week.week_starts_on)
    confirmation = week.confirmation
    return {
        "week": week,
        "answers": [(entry, student_word(entry), door.url("reply", entry.public_id)) for entry in week.answered],
        "absences": [_absence(door, absence) for absence in absences.get((week.placement.pk, week.week_starts_on), [])],
        "change_url": door.near("week", *args),
        "confirm_url": door.near("confirm", *args),
        "undo_url": door.near("undo", *args),
        "settle_url": door.near("settle", *args) if confirmation and confirmation.doubt == Doubt.OPEN else "",
        "undo_until": week.undo_until if confirmation and timezone.now() - confirmation.answered_at <= UNDO else None,
    }


def _absence(door: Door, absence: Absence) -> tuple[Absence, str]:
    """What was told, and where the host takes back what it told itself."""
    own = absence.side == HourClaim.Side.HOST
    return absence, door.url("absence_withdraw", absence.public_id) if own else ""


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
            seen=week.seen_minutes,
            in_doubt=is_in_doubt(request, door),
            by=door.actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal)) if form else messages.error(request, str(refusal))
        return False
    return True


host = require_GET(through_account(week))
link_week = require_http_methods(["GET", "POST"])(through_link(week_change))
host_week = require_http_methods(["GET", "POST"])(through_account(week_change))
link_confirm = require_POST(through_link(confirm))
host_confirm = require_POST(through_account(confirm))
link_confirm_all = require_POST(through_link(confirm_all))
host_confirm_all = require_POST(through_account(confirm_all))
link_day = require_http_methods(["GET", "POST"])(through_link(add_day))
host_day = require_http_methods(["GET", "POST"])(through_account(add_day))
link_settle = require_POST(through_link(settle))
host_settle = require_POST(through_account(settle))
link_undo = require_POST(through_link(undo))
host_undo = require_POST(through_account(undo))
