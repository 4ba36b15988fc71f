"""The calendar of places: what hosts offer in the coming months, and what is taken."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import STAFF, Role
from core.pages import paged
from placements.queries import places as queries
from schools.access import programmes_visible_to


@require_GET
@allow(*STAFF)
def places(request: MemberRequest) -> HttpResponse:
    """Six months from the one in the address, else from this one; `programme` leaves only its occupations."""
    viewer = request.membership
    programmes = list(programmes_visible_to(viewer).order_by("name", "pk"))
    chosen = next((one for one in programmes if str(one.public_id) == request.GET.get("programme", "")), None)
    occupations = chosen.occupation_codes if chosen else []
    months = queries.months_from(_first(request.GET.get("from", "")))
    page = paged(request, queries.employers_with_offers(viewer, months, occupations))
    context = {
        "asks": viewer.role == Role.COORDINATOR,
        "programmes": programmes,
        "chosen": chosen,
        "months": months,
        "page": page,
        "rows": queries.rows_of(viewer, list(page), months, occupations),
        "totals": queries.totals_of(viewer, months, occupations),
        "earlier": _shifted(months[0], -queries.MONTHS),
        "later": _shifted(months[0], queries.MONTHS),
    }
    return render(request, "placements/places.html", context)


def _first(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return timezone.localdate()


def _shifted(month: date, count: int) -> str:
    number = month.year * 12 + month.month - 1 + count
    return f"{number // 12:04}-{number % 12 + 1:02}"
