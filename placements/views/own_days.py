"""A student's week and calendar, and the address under which a calendar program reads the days."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.calendars import owner_of, turn_off, turn_on
from accounts.models import CalendarFeed
from accounts.roles import Role
from placements.access import learned_by
from placements.feeds import AHEAD, BEFORE, feed_of, place_of
from placements.models import Placement, WorkEntry
from placements.queries.appointments import ahead_of
from placements.queries.own_days import OwnDay, PlannedDay, ahead, own_week
from placements.rules.hours import monday
from placements.rules.own_days import Standing
from placements.views.hours import day_asked

WEEK = timedelta(days=7)
TONES = {
    Standing.FREE: "quiet", Standing.PLANNED: "quiet", Standing.TODAY: "info", Standing.OPEN: "warn",
    Standing.LOGGED: "info", Standing.CONFIRMED: "good", Standing.DIFFERS: "warn", Standing.ABSENT: "quiet",
}  # fmt: skip


@require_GET
@allow(Role.STUDENT)
def my_week(request: MemberRequest) -> HttpResponse:
    """Each day of a week: planned, logged, confirmed, missed or closed, with the one thing to do."""
    today, own = timezone.localdate(), learned_by(request.membership)
    shown = _near(monday(day_asked(request.GET.get("from", "")) or today), today)
    week = own_week(own, shown, today=today)
    current = own.filter(state__in=Placement.BEGUN).order_by("-starts_on", "-pk").first()
    context = {
        "week": week,
        "rows": [_row(day, today, current) for day in week.days],
        "first": week.days[0].day,
        "last": week.days[-1].day,
        "before": shown - WEEK,
        "after": shown + WEEK,
        "is_now": shown == monday(today),
        "current": current,
    }
    return render(request, "placements/my_week.html", context)


def _near(day: date, today: date) -> date:
    """Weeks up to three years away; an address with another one shows this week."""
    return day if abs((day - today).days) < 3 * 366 else monday(today)


def _row(day: OwnDay, today: date, current: Placement | None) -> dict[str, Any]:
    standing = day.standing(today)
    why_closed = capfirst(str(day.lost.reason.label)) if day.lost and standing == Standing.FREE else ""
    return {
        "day": day,
        "tone": TONES[standing],
        "text": "" if why_closed or standing != Standing.FREE else standing.label,
        "label": why_closed if standing == Standing.FREE else standing.label,
        "minutes": day.logged_minutes if day.entries else day.planned_minutes or None,
        "links": _links(day, standing, today, current),
    }


def _links(day: OwnDay, standing: Standing, today: date, current: Placement | None) -> list[tuple[str, str]]:
    if day.entries:
        return [_entry_link(entry) for entry in day.entries]
    placement = day.planned[0].placement if day.planned else current
    if placement is None or placement.state not in Placement.BEGUN or not _is_inside(placement, day.day):
        return []
    log = (_("Log this day"), f"{reverse('placements:log', args=[placement.public_id])}?day={day.day}")
    absent = (_("I am absent"), f"{reverse('placements:absence_new', args=[placement.public_id])}?day={day.day}")
    if standing == Standing.ABSENT:
        return [(_("See the absence"), reverse("placements:hours", args=[placement.public_id]))]
    return [log] if day.day <= today else [absent] if day.planned else []


def _is_inside(placement: Placement, day: date) -> bool:
    return placement.starts_on <= day <= placement.ends_on


def _entry_link(entry: WorkEntry) -> tuple[str, str]:
    if entry.state == WorkEntry.State.LOGGED and entry.locked_at is None:
        return _("Change"), reverse("placements:change_day", args=[entry.public_id])
    if entry.state == WorkEntry.State.DISPUTED:
        return _("Answer"), reverse("placements:reply", args=[entry.public_id])
    return _("See"), reverse("placements:hours", args=[entry.placement.public_id])


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.STUDENT)
def my_calendar(request: MemberRequest) -> HttpResponse:
    """The days of work to come by month; by POST the address for a calendar program, which is shown once."""
    today, person, address = timezone.localdate(), person_of(request.membership), ""
    if request.method == "POST" and request.POST.get("step") == "off":
        turn_off(person=person, **acting(request))
        messages.success(request, _("Your calendar address is closed. Programs that used it get nothing more."))
        return redirect("placements:my_calendar")
    if request.method == "POST":
        token = turn_on(person=person, key=_key(request), **acting(request))
        address = request.build_absolute_uri(reverse("placements:calendar_feed", args=[token]))
    days = ahead(learned_by(request.membership), today, today + AHEAD, today=today)
    context = {
        "months": _months(days),
        "today": today,
        "address": address,
        "is_on": bool(address) or CalendarFeed.objects.filter(person=person).exists(),
        "key": uuid4(),
    }
    return render(request, "placements/my_calendar.html", context)


def _months(days: list[PlannedDay]) -> list[tuple[date, list[tuple[PlannedDay, str]]]]:
    """The first day of each month with its days of work, and the place where it is another than on the day before."""
    places = ["", *(place_of(one) for one in days)]
    told = [(one, "" if now == before else now) for one, before, now in zip(days, places, places[1:], strict=False)]
    grouped = groupby(told, key=lambda row: row[0].day.replace(day=1))
    return [(first, list(rows)) for first, rows in grouped]


def _key(request: HttpRequest) -> UUID:
    """The key of the form; a form without one counts as a new one."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


@require_GET
@never_cache
@login_not_required
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """For calendar programs, which cannot sign in: whoever has the address reads where and when, and no names."""
    person = owner_of(token)
    if person is None:
        raise Http404
    today = timezone.localdate()
    own = Placement.objects.filter(learner=person).exclude(purpose=Placement.Purpose.TEACHER)
    with override(person.language or None):
        days = ahead(own, today - BEFORE, today + AHEAD, today=today)
        content = feed_of(days, ahead_of(person, timezone.now() - BEFORE), at=timezone.now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
