"""The workplaces of one placement: each with its dates, supervisor and kind of work."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.forms import look_again
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from employers.access import places_visible_to
from employers.models import Site, Supervisor
from employers.workflow import add_own_site, guide_at
from placements import workflow
from placements.forms.placing import SegmentForm, WorkshopForm
from placements.models import Placement, Segment
from placements.plan_text import host_of, place_of
from placements.queries import plans
from placements.views.plans import crumbs, page_of
from placements.workflow.placing import setting_at


@require_GET
@allow(Role.COORDINATOR)
def segments(request: MemberRequest, public_id: UUID) -> HttpResponse:
    placement = get_object_or_404(plans.plannable(request.membership), public_id=public_id)
    found = plans.segments_of(placement)
    context = {
        "placement": placement,
        "rows": [(segment, place_of(segment)) for segment in found],
        "removable": len(found) > 1,
        "crumbs": _crumbs(placement),
    }
    return render(request, "placements/segments.html", context)


def _crumbs(placement: Placement, *further: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((placement.learner.full_name, page_of(placement)), *further)


def _list_of(placement: Placement) -> str:
    return reverse("placements:segments", args=[placement.public_id])


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def segment_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Without a place in the address the places are shown; with `site` the form."""
    placement = get_object_or_404(plans.plannable(request.membership), public_id=public_id)
    if not request.GET.get("site"):
        return _choose_place(request, placement, WorkshopForm())
    site = _site(request)
    initial = {"starts_on": placement.starts_on, "ends_on": placement.ends_on, "setting": setting_at(site)}
    form = _form(request, placement, site, initial)
    if form.is_valid() and _added(request, form, placement, site):
        messages.success(request, _("The workplace is added. Now say when the work is there."))
        return redirect("placements:plan", placement.public_id)
    return _form_page(request, placement, form, site, _("Add a workplace"))


@require_POST
@allow(Role.COORDINATOR)
def workshop_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Name a workshop of the school, and go on with it as a workplace."""
    placement = get_object_or_404(plans.plannable(request.membership), public_id=public_id)
    form = WorkshopForm(request.POST)
    if not form.is_valid():
        return _choose_place(request, placement, form)
    site = add_own_site(school=school_of(request.membership), name=form.cleaned_data["name"], **acting(request))
    return redirect(f"{reverse('placements:segment_new', args=[placement.public_id])}?site={site.public_id}")


def _choose_place(request: MemberRequest, placement: Placement, form: WorkshopForm) -> HttpResponse:
    q = request.GET.get("q", "")
    context = {
        "placement": placement,
        "page": paged(request, plans.places_for(request.membership, q)),
        "q": q,
        "form": form,
        "here": reverse("placements:segment_new", args=[placement.public_id]),
        "crumbs": _crumbs(placement, (_("Workplaces"), _list_of(placement))),
    }
    return render(request, "placements/segment_place.html", context, status=status_of(form))


def _site(request: MemberRequest) -> Site:
    places = places_visible_to(request.membership).select_related("employer", "organisation")
    try:
        key = UUID(request.GET["site"])
    except ValueError:
        key = None
    return get_object_or_404(places, public_id=key)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def segment(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    placement, found = _segment(request, public_id, pk)
    initial = {
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
        "guide": str(found.supervisor.person_id) if found.supervisor else "",
        "setting": found.setting,
        "realism": found.realism,
        "remote": found.remote,
        "unit": found.unit_id,
    }
    form = _form(request, placement, found.site, initial, found.supervisor)
    if form.is_valid() and _changed(request, form, found):
        messages.success(request, _("The workplace is changed."))
        return redirect(_list_of(placement))
    return _form_page(request, placement, form, found.site, host_of(found))


@require_POST
@allow(Role.COORDINATOR)
def segment_remove(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    placement, found = _segment(request, public_id, pk)
    try:
        workflow.remove_segment(segment=found, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The workplace is taken out of the plan."))
    return redirect(_list_of(placement))


def _segment(request: MemberRequest, public_id: UUID, pk: int) -> tuple[Placement, Segment]:
    placement = get_object_or_404(plans.plannable(request.membership), public_id=public_id)
    rows = placement.segments.select_related("site__employer", "site__organisation", "supervisor__person")
    return placement, get_object_or_404(rows, pk=pk)


def _form(
    request: MemberRequest, placement: Placement, site: Site, initial: dict[str, Any], now: Supervisor | None = None
) -> SegmentForm:
    supervisors = list(plans.supervisors_at(site, timezone.localdate()))
    if now and now not in supervisors:
        supervisors.append(now)
    return SegmentForm(
        data_of(request),
        initial=initial | {"seen": workflow.PLACEMENT.seen(placement)},
        supervisors=supervisors,
        teachers=[] if site.employer_id else plans.teachers_of(request.membership),
        units=plans.units_of(placement),
    )


def _form_page(request: MemberRequest, placement: Placement, form: SegmentForm, site: Site, title: str) -> HttpResponse:
    context = {
        "form": form,
        "site": site,
        "title": title,
        "back": _list_of(placement),
        "crumbs": _crumbs(placement, (_("Workplaces"), _list_of(placement))),
    }
    return render(request, "placements/segment_form.html", context, status=status_of(form))


def _guide(request: MemberRequest, form: SegmentForm, site: Site) -> Supervisor | None:
    key = form.cleaned_data["guide"]
    if key in form.teachers:
        return guide_at(site=site, person=form.teachers[key], **acting(request))
    return form.supervisors.get(key)


def _added(request: MemberRequest, form: SegmentForm, placement: Placement, site: Site) -> Segment | None:
    try:
        with transaction.atomic():
            return workflow.add_segment(
                placement=placement,
                site=site,
                supervisor=_guide(request, form, site),
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                work=form.work,
                **acting(request),
            )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _changed(request: MemberRequest, form: SegmentForm, found: Segment) -> bool:
    try:
        with transaction.atomic():
            workflow.change_segment(
                segment=found,
                site=found.site,
                supervisor=_guide(request, form, found.site),
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                work=form.work,
                seen=form.cleaned_data["seen"],
                **acting(request),
            )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        look_again(form, form.initial["seen"])
        return False
    return True
