"""Who is asking, in which role and in which time zone."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership

ROLE_KEY = "membership"


class MembershipMiddleware:
    """Put the member's current role on the request and use the time zone of its organisation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = _current(request)  # type: ignore[attr-defined]
        zone = request.membership.organisation.time_zone if request.membership else settings.TIME_ZONE  # type: ignore[attr-defined]
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            return self.get_response(request)


def _current(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    today = timezone.localdate()
    open_ones = [
        membership
        for membership in Membership.objects.filter(user=request.user)
        .select_related("organisation", "user__person")
        .order_by("pk")
        if (membership.starts_on is None or membership.starts_on <= today)
        and (membership.ends_on is None or today <= membership.ends_on)
    ]
    chosen = request.session.get(ROLE_KEY)
    return next(
        (membership for membership in open_ones if membership.pk == chosen), open_ones[0] if open_ones else None
    )
