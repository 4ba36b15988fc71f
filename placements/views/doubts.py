"""Answers that a program may have pressed: the coordinator calls, and writes down whether a person meant them."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, actor_of, allow
from accounts.roles import Role
from core.workflow import Refused
from placements.access import visible_to
from placements.models import Placement
from placements.queries.doubts import Doubts, doubts_of
from placements.views.plans import crumbs, page_of
from placements.workflow import requesting, weeks

MEANT, NOT_MEANT = "meant", "not_meant"


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def doubts(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Whom to call about which answer; each with two buttons."""
    rows = visible_to(request.membership).select_related("learner", "employer")
    placement = get_object_or_404(rows, public_id=public_id)
    found = doubts_of(placement)
    if request.method == "POST":
        return _said(request, placement, found)
    context = {
        "placement": placement,
        "doubts": found,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
        "back": page_of(placement),
    }
    return render(request, "placements/doubts.html", context)


def _said(request: MemberRequest, placement: Placement, found: Doubts) -> HttpResponse:
    verb = _verbs(found).get((request.POST.get("answer", ""), request.POST.get("step", "")))
    try:
        if verb is None:
            raise Refused(_nobody_doubts(request, placement))
        verb(**acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Written down."))
    return redirect("placements:doubts", placement.public_id)


def _nobody_doubts(request: MemberRequest, placement: Placement) -> str:
    """Who has said what was heard, where one of the buttons was pressed before."""
    problem, key = _("Nobody doubts this answer any more."), request.POST.get("answer", "")
    for rows, table in ((placement.weeks, weeks.WEEKS), (placement.requests, requesting.REQUEST)):
        for one in rows.order_by("pk"):
            if str(one.public_id) == key:
                return table.told(problem, one, actor_of(request.membership))
    return problem


def _verbs(found: Doubts) -> dict[tuple[str, str], Callable[..., Any]]:
    """What can be said of each answer, by its public id."""
    verbs: dict[tuple[str, str], Callable[..., Any]] = {}
    for week in found.weeks:
        verbs[str(week.public_id), MEANT] = partial(weeks.settle_doubt, confirmation=week)
        verbs[str(week.public_id), NOT_MEANT] = partial(weeks.reject_doubt, confirmation=week)
    for one in found.requests:
        verbs[str(one.public_id), MEANT] = partial(requesting.settle_doubt, request=one)
        verbs[str(one.public_id), NOT_MEANT] = partial(requesting.reject_doubt, request=one)
    return verbs
