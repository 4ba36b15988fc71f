"""Who will not reach the hours in time, early enough to do something about it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import STAFF
from core.pages import paged
from credits.outlook import falling_short, named


@require_GET
@allow(*STAFF)
def pace(request: MemberRequest) -> HttpResponse:
    """The largest gap first; a teacher sees the students they assess or accompany."""
    page = paged(request, falling_short(request.membership, today=timezone.localdate()))
    return render(request, "credits/pace_list.html", {"page": page, "rows": named(list(page)), "crumbs": []})
