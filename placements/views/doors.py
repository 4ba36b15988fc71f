"""The two ways in to the same screens, by link and signed in, and the page behind a link that is no longer open."""

from collections.abc import Callable
from functools import wraps
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import links
from accounts.access import MemberRequest, allow
from accounts.models import Link
from accounts.roles import HOST
from placements.doors import by_account, by_link, is_closed
from placements.views.clock import timed

DoorView = Callable[..., HttpResponse]


def closed(request: HttpRequest, token: str) -> HttpResponse:
    """An expired link can be asked for again; a closed one and one that never was look the same."""
    link = links.find(token)
    if link is None or is_closed(link):
        return render(request, "placements/link_closed.html", status=404)
    context = {"token": token, "school_name": link.school.name}
    return render(request, "placements/link_expired.html", context, status=410)


def through_link(view: DoorView) -> Callable[..., HttpResponse]:
    """For whoever holds the token of an open link: no account, nothing kept on the way, times of the school.

    A student's own time is nobody's burden: it is not counted.
    """

    @login_not_required
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str, *args, **kwargs) -> HttpResponse:
        door = by_link(token)
        if door is None or door.school is None:
            return closed(request, token)
        with timezone.override(ZoneInfo(door.school.time_zone)):
            if door.purpose == Link.Purpose.FOLLOW_UP:
                return view(request, door, *args, **kwargs)
            return timed(request, door, lambda: view(request, door, *args, **kwargs), kwargs)

    return opened


def through_account(view: DoorView) -> Callable[..., HttpResponse]:
    """For a supervisor or an owner who has signed in."""

    @allow(*HOST)
    @wraps(view)
    def opened(request: MemberRequest, *args, **kwargs) -> HttpResponse:
        door = by_account(request.membership)
        return timed(request, door, lambda: view(request, door, *args, **kwargs), kwargs)

    return opened


def timed_for_hosts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view that hosts share with others who have signed in: only the time of hosts is counted."""

    @wraps(view)
    def opened(request: MemberRequest, *args, **kwargs) -> HttpResponse:
        if request.membership.role not in HOST:
            return view(request, *args, **kwargs)
        return timed(request, by_account(request.membership), lambda: view(request, *args, **kwargs), kwargs)

    return opened
