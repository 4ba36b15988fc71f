"""A plain-language copy of the plan for the workplace, by link and signed in; it prints on one page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Link
from placements.access import planned_behind
from placements.doors import Door
from placements.models import Placement
from placements.queries.host_plan import host_plan_of
from placements.views.codes import has_proved
from placements.views.doors import through_account, through_link

_KNOWN = (
    "learner", "school", "employer", "enrolment__student", "enrolment__cohort__version__programme", "coordinator",
)  # fmt: skip


def plan_copy(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """Who comes, when, insured by whom, what to do, what is learned, what helps, what the age allows, whom to call."""
    placement = get_object_or_404(planned_behind(door).select_related(*_KNOWN), public_id=public_id)
    is_known = door.link is None or has_proved(request, door.link)
    asks_code = not is_known and door.purpose == Link.Purpose.CONFIRM
    context = {
        "placement": placement,
        "plan": host_plan_of(placement, timezone.localdate(), with_helps=is_known),
        "helps_url": door.url("adjustments", public_id) if asks_code else "",
        "missing_url": door.url("missing", public_id, app="credits") if _has_hours(door, placement) else "",
        "home": door.home,
        "school_name": placement.school.name,
    }
    return render(request, "placements/host_plan.html", context)


def _has_hours(door: Door, placement: Placement) -> bool:
    """Whether the page of what is missing opens: not by a link for signing, and not before the first day."""
    return door.purpose != Link.Purpose.SIGN and placement.state in Placement.BEGUN


host_plan = require_GET(through_account(plan_copy))
link_plan = require_GET(through_link(plan_copy))
