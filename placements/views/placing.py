"""A coordinator's way to a new placement: choose the place, the student or teacher, and the dates."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of, school_of
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from employers.access import employers_visible_to, places_visible_to
from employers.models import Offer, Site, Supervisor
from employers.workflow import add_supervisor
from placements import workflow
from placements.forms.placing import PlacementForm, TeacherPlacementForm
from placements.models import Placement
from placements.queries import plans
from placements.views.plans import crumbs
from placements.workflow.placing import setting_at

SHOWN = 50
NEW_PERSON = ("given_name", "family_name", "email")
MORE = ("purpose", "source", "conflict_of_interest", "lead_employer", "signatory", "contract_reference", "setting",
        "realism", "remote")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a placement will be: a site, and the offer that led there."""

    site: Site
    offer: Offer | None = None

    @property
    def words(self) -> str:
        return _where(self.site, self.offer)


def chosen_place(request: MemberRequest) -> Place | None:
    """What the address names with `offer` or `site`; nothing where it names neither."""
    offer = _chosen_offer(request)
    site = offer.site if offer else _chosen_site(request)
    return Place(site, offer) if site else None


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def new(request: MemberRequest) -> HttpResponse:
    """Without a place in the address the offers are shown; with `offer` or `site` the form."""
    offer = _chosen_offer(request)
    site = offer.site if offer else _chosen_site(request)
    if site is None:
        return _choose_place(request)
    form = _placement_form(request, site, offer)
    if form.is_valid() and (placement := _created(request, form, site, offer)):
        messages.success(request, _("The placement is there. Now write its plan."))
        return redirect("placements:plan", placement.public_id)
    context = {
        "form": form,
        "site": site,
        "offer": offer,
        "q": request.GET.get("q", ""),
        "more": form.more,
        "has_students": bool(form.shown),
        "open_new": any(name in form.errors for name in NEW_PERSON),
        "open_more": any(name in form.errors for name in MORE),
        "where": _where(site, offer),
        "crumbs": crumbs((_("New placement"), reverse("placements:new")), (_host_name(site), "")),
    }
    return render(request, "placements/placement_new.html", context, status=status_of(form))


def _choose_place(request: MemberRequest) -> HttpResponse:
    offers = plans.offers_for(request.membership, timezone.localdate())
    page = paged(request, offers)
    context = {"page": page, "student": request.GET.get("student", ""), "crumbs": crumbs()}
    return render(request, "placements/placement_new_place.html", context)


def _host_name(site: Site) -> str:
    return site.employer.name if site.employer else str(site)


def _where(site: Site, offer: Offer | None) -> str:
    words = {"host": _host_name(site), "address": site.address, "offer": offer.title if offer else ""}
    return _("%(offer)s at %(host)s, %(address)s") % words if offer else _("%(host)s, %(address)s") % words


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _chosen_offer(request: MemberRequest) -> Offer | None:
    if not (key := request.GET.get("offer")):
        return None
    offers = plans.offers_for(request.membership, timezone.localdate()).select_related("site__employer")
    return get_object_or_404(offers, public_id=_uuid(key))


def _chosen_site(request: MemberRequest) -> Site | None:
    if not (key := request.GET.get("site")):
        return None
    return get_object_or_404(
        places_visible_to(request.membership).select_related("employer", "organisation"), public_id=_uuid(key)
    )


def _placement_form(request: MemberRequest, site: Site, offer: Offer | None) -> PlacementForm:
    today, viewer = timezone.localdate(), request.membership
    found = plans.students_for(viewer, request.GET.get("q", ""), today)
    shown = list(found[: SHOWN + 1])
    student = _uuid(request.GET.get("student", ""))
    if student and not any(one.public_id == student for one in shown):
        shown = [*found.filter(public_id=student), *shown]
    supervisors = plans.supervisors_at(site, today)
    initial: dict[str, Any] = {"student": student, **usual(site, supervisors)}
    if offer:
        initial |= {"starts_on": max(offer.starts_on, today), "ends_on": offer.ends_on}
    return PlacementForm(
        data_of(request),
        initial=initial,
        firms=employers_visible_to(viewer).filter(merged_into=None).order_by("sort_key", "pk"),
        students=plans.students_for(viewer, "", today),
        shown=shown[:SHOWN],
        more=len(shown) > SHOWN,
        supervisors=supervisors,
        teachers=plans.teachers_of(viewer),
    )


def _created(request: MemberRequest, form: PlacementForm, site: Site, offer: Offer | None) -> Placement | None:
    values = form.cleaned_data
    enrolment = values["student"]
    try:
        with transaction.atomic():
            return workflow.create_placement(
                enrolment=enrolment,
                site=site,
                supervisor=values["supervisor"] or guide_of(request, values, site),
                offer=offer,
                teacher=values["teacher"] or enrolment.teacher,
                coordinator=person_of(request.membership),
                starts_on=values["starts_on"],
                ends_on=values["ends_on"],
                kind=form.kind,
                work=form.work,
                public_id=values["key"],
                **acting(request),
            )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def guide_of(request: MemberRequest, values: dict[str, Any], site: Site) -> Supervisor:
    """The supervisor who is written down in a form."""
    return add_supervisor(
        site=site,
        given_name=values["given_name"],
        family_name=values["family_name"],
        email=values["email"],
        starts_on=timezone.localdate(),
        **acting(request),
    )


def usual(site: Site, supervisors: Any) -> dict[str, Any]:
    """What most forms begin with: the setting of the place, and its supervisor when there is only one."""
    only = supervisors[0].public_id if len(supervisors) == 1 else None
    return {"setting": setting_at(site), "supervisor": only}


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def new_for_teacher(request: MemberRequest) -> HttpResponse:
    """A teacher's own placement at the site in the address."""
    site = _chosen_site(request)
    if site is None:
        raise Http404
    supervisors = plans.supervisors_at(site, timezone.localdate())
    form = TeacherPlacementForm(
        data_of(request),
        initial=usual(site, supervisors),
        supervisors=supervisors,
        teachers=plans.teachers_of(request.membership),
    )
    if form.is_valid() and (placement := _created_for_teacher(request, form, site)):
        messages.success(request, _("The placement is there. Now write its plan."))
        return redirect("placements:plan", placement.public_id)
    context = {
        "form": form,
        "site": site,
        "open_new": any(name in form.errors for name in NEW_PERSON),
        "where": _where(site, None),
        "crumbs": crumbs((_("New placement"), reverse("placements:new")), (_host_name(site), "")),
    }
    return render(request, "placements/placement_new_teacher.html", context, status=status_of(form))


def _created_for_teacher(request: MemberRequest, form: TeacherPlacementForm, site: Site) -> Placement | None:
    values = form.cleaned_data
    try:
        with transaction.atomic():
            return workflow.create_teacher_placement(
                school=school_of(request.membership),
                learner=values["teacher"],
                site=site,
                supervisor=values["supervisor"] or guide_of(request, values, site),
                coordinator=person_of(request.membership),
                starts_on=values["starts_on"],
                ends_on=values["ends_on"],
                public_id=values["key"],
                **acting(request),
            )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
