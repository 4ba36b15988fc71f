"""What a host reads about one student: what is still missing at this workplace."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from credits.hosting import missing_for_host
from placements.access import weekly_behind
from placements.doors import Door
from placements.views.doors import through_account, through_link


def missing(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    rows = weekly_behind(door).select_related(
        "learner", "school", "enrolment__cohort__version", "enrolment__student__school"
    )
    placement = get_object_or_404(rows, public_id=public_id)
    context = {
        "missing": missing_for_host(placement, today=timezone.localdate()),
        "placement": placement,
        "home": door.home,
        "shown_url": door.url("demonstration", public_id),
        "school_name": placement.school.name,
    }
    return render(request, "credits/host_missing.html", context)


host_missing = require_GET(through_account(missing))
link_missing = require_GET(through_link(missing))
