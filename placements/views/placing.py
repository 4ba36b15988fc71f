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
from django.utils.translation import ngettext
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
from placements.models import Placement, Segment
from placements.queries import plans, repeating
from placements.views.plans import crumbs
from placements.workflow.placing import setting_at
from schools.rules import a_year_later

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
    return _new_at(request, site, offer) if site else _choose_place(request)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def again(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The same for another student, or a year later: the places, the people and the plan of another placement."""
    segments = list(repeating.repeatable(request.membership).filter(placement__public_id=public_id))
    if not segments:
        raise Http404
    like = segments[0].placement
    segment = repeating.main_of(segments, like) or segments[0]
    initial = _as_before(like, segment)
    return _new_at(request, segment.site, like=like, initial=initial, others=len(segments) - 1)


def _as_before(like: Placement, segment: Segment) -> dict[str, Any]:
    """What the form begins with; who signs for the host is asked anew, and what concerns one student alone."""
    work = {name: getattr(segment, name) for name in ("setting", "realism", "remote")}
    return {
        **work,
        "supervisor": segment.supervisor and segment.supervisor.public_id,
        "purpose": like.purpose,
        "lead_employer": like.lead_employer and like.lead_employer.public_id,
        "starts_on": a_year_later(like.starts_on),
        "ends_on": a_year_later(like.ends_on),
    }


def _new_at(
    request: MemberRequest,
    site: Site,
    offer: Offer | None = None,
    like: Placement | None = None,
    initial: dict[str, Any] | None = None,
    others: int = 0,
) -> HttpResponse:
    form = _placement_form(request, site, offer, initial or {})
    if form.is_valid() and (placement := _created(request, form, site, offer)):
        if like:
            _plan_like(request, like, placement)
        else:
            messages.success(request, _("The placement is there. Now write its plan."))
        return redirect("placements:plan", placement.public_id)
    context = {
        "form": form,
        "site": site,
        "offer": offer,
        "like": like,
        "others": others,
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


def _placement_form(request: MemberRequest, site: Site, offer: Offer | None, before: dict[str, Any]) -> PlacementForm:
    today, viewer = timezone.localdate(), request.membership
    found = plans.students_for(viewer, request.GET.get("q", ""), today)
    shown = list(found[: SHOWN + 1])
    student = _uuid(request.GET.get("student", ""))
    if student and not any(one.public_id == student for one in shown):
        shown = [*found.filter(public_id=student), *shown]
    supervisors = plans.supervisors_at(site, today)
    initial: dict[str, Any] = {"student": student, **usual(site, supervisors), **before}
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


def _plan_like(request: MemberRequest, like: Placement, placement: Placement) -> None:
    """The plan of the other one as a draft; where it cannot be, the reason is said and the plan is written anew."""
    try:
        repeated = workflow.repeat_plan(source=like, target=placement, **acting(request))
    except Refused as refusal:
        messages.warning(request, _("The placement is there. Its plan could not be copied: %(why)s") % {"why": refusal})
        return
    for sentence in repeated.left_out:
        messages.warning(request, sentence)
    if (plan := repeated.plan) is None:
        messages.info(request, _("The placement is there. There was no plan to copy, so write it now."))
        return
    messages.success(request, _("The placement is there, with the plan of the other one. Look at it and save it."))
    if left := repeating.left_out(like, plan):
        text = ngettext(
            "%(n)s outcome is not taught in this programme and was left out.",
            "%(n)s outcomes are not taught in this programme and were left out.",
            left,
        )
        messages.warning(request, text % {"n": left})


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
