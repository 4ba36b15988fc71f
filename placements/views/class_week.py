"""This week at work: what a teacher takes into the lesson."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import Role
from placements.queries import class_week as queries
from placements.rules.hours import week_of

WEEK = timedelta(days=7)


@require_GET
@allow(Role.TEACHER)
def class_week(request: MemberRequest) -> HttpResponse:
    """The week in the address, else this one; `class` leaves only one class of the register."""
    classes = list(queries.classes_of(request.membership))
    chosen = next((one for one in classes if str(one.public_id) == request.GET.get("class", "")), None)
    day = _day(request.GET.get("week", ""))
    first, last = week_of(day)
    context = {
        "classes": classes,
        "chosen": chosen,
        "first": first,
        "last": last,
        "earlier": (first - WEEK).isoformat(),
        "later": (first + WEEK).isoformat() if first + WEEK <= timezone.localdate() else "",
        "week": queries.class_week(request.membership, chosen, day),
    }
    return render(request, "placements/class_week.html", context)


def _day(text: str) -> date:
    """No week before computers and none ahead: an address that makes no sense gives this week."""
    today = timezone.localdate()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if day.year > 2000 and day <= today else today
