"""The learner's days: log one, change one; and the hours of a placement for everybody who may see them."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import HOST, STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import entries_visible_to, visible_to
from placements.forms.hours import DayForm, change_form, form_of_plan
from placements.models import Placement, WorkEntry
from placements.queries.hours import log_plan, sheet
from placements.views.plans import crumbs, page_of
from placements.workflow import hours


@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT)
def log(request: MemberRequest, public_id: UUID) -> HttpResponse:
    placement = get_object_or_404(
        visible_to(request.membership).select_related("school", "employer"), public_id=public_id
    )
    if placement.state in Placement.NOT_BEGUN:
        return render(request, "placements/log_early.html", {"placement": placement})
    plan = log_plan(placement, today=timezone.localdate(), day=_day(request.GET.get("day", "")))
    form = form_of_plan(placement, plan, data_of(request))
    if form.is_valid() and _logged(request, placement, form):
        messages.success(request, _("Your day is saved. Your supervisor sees it next."))
        return redirect("/")
    place = placement.employer.name if placement.employer else ""
    context = {"form": form, "placement": placement, "place": place, "missing": plan.missing[:5]}
    return render(request, "placements/log.html", context, status=status_of(form))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _logged(request: MemberRequest, placement: Placement, form: DayForm) -> bool:
    try:
        hours.log_day(
            placement=placement,
            public_id=form.cleaned_data["key"],
            **acting(request),
            **form.values,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT)
def change_day(request: MemberRequest, public_id: UUID) -> HttpResponse:
    entries = entries_visible_to(request.membership).select_related("placement__school")
    entry = get_object_or_404(entries, public_id=public_id)
    form = change_form(entry, data_of(request))
    if form.is_valid() and _changed(request, entry, form):
        messages.success(request, _("Your day is changed."))
        return redirect("placements:hours", entry.placement.public_id)
    locked = entry.state != WorkEntry.State.LOGGED
    context = {"form": form, "entry": entry, "locked": locked}
    return render(request, "placements/log_change.html", context, status=status_of(form))


def _changed(request: MemberRequest, entry: WorkEntry, form: DayForm) -> bool:
    try:
        hours.change_day(entry=entry, **acting(request), **form.values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_GET
@allow(*STAFF, Role.STUDENT, Role.GUARDIAN, *HOST)
def placement_hours(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Every day with what each side says of it, week by week."""
    placements = visible_to(request.membership).select_related("learner", "employer")
    placement = get_object_or_404(placements, public_id=public_id)
    role = request.membership.role
    staff, page = role in STAFF, (placement.learner.full_name, page_of(placement))
    context = {
        "placement": placement,
        "sheet": sheet(placement),
        "base": "base.html" if staff else "base_phone.html",
        "crumbs": crumbs(page) if staff else [] if role == Role.STUDENT else [(_("Today"), "/"), page],
        "is_learner": role == Role.STUDENT and placement.state not in Placement.NOT_BEGUN,
    }
    return render(request, "placements/hours.html", context)
