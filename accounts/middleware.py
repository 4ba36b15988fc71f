"""Who is asking, in which role and in which time zone."""

import zoneinfo
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Membership
from accounts.queries import open_memberships

ROLE_KEY = "membership"


class MembershipMiddleware:
    """Put the member's current role on the request and use the time zone of its organisation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships = _open(request)  # type: ignore[attr-defined]
        request.membership = _chosen(request)  # type: ignore[attr-defined]
        zone = request.membership.organisation.time_zone if request.membership else settings.TIME_ZONE  # type: ignore[attr-defined]
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            return self.get_response(request)


class WrongMethodMiddleware:
    """A page where the browser would show its own: somebody signed in again and came back to where a form was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET":
            answer.content = render_to_string("405.html", request=request).encode()
        return answer


def _open(request: HttpRequest) -> list[Membership]:
    return open_memberships(request.user, timezone.localdate()) if request.user.is_authenticated else []


def _chosen(request: HttpRequest) -> Membership | None:
    """The role chosen last, or the first that is open."""
    memberships = request.memberships  # type: ignore[attr-defined]
    chosen = request.session.get(ROLE_KEY) if memberships else None
    return next((one for one in memberships if one.pk == chosen), next(iter(memberships), None))
