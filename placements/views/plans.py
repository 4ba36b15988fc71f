"""A coordinator's way to an agreement: choose the place, the student and the dates, write the plan, send it."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from employers.access import sites_visible_to
from employers.models import Offer, Site, Supervisor
from employers.workflow import add_supervisor
from placements import workflow
from placements.forms.plans import PlacementForm, PlanForm
from placements.models import Agreement, Placement, PlanVersion
from placements.plan_text import timetable
from placements.queries import plans
from placements.rules import plan as rules
from placements.rules.timetable import lost_lines, shift_lines, sum_lines
from schools.models import Outcome, Unit

SHOWN = 50


def page_of(placement: Placement) -> str:
    """The placement's own page, which is composed on a higher floor."""
    return reverse("reports:placement", args=[placement.public_id])


# ── A new placement ──────────────────────────────────────────────────────────────────────────────────────────────────


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
        "open_new": any(name in form.errors for name in ("given_name", "family_name", "email")),
        "where": _where(site, offer),
        "crumbs": crumbs((_("New placement"), reverse("placements:new")), (_host_name(site), "")),
    }
    return render(request, "placements/placement_new.html", context, status=status_of(form))


def _choose_place(request: MemberRequest) -> HttpResponse:
    offers = plans.offers_for(request.membership, timezone.localdate())
    page = paged(request, offers)
    context = {"page": page, "student": request.GET.get("student", ""), "crumbs": crumbs()}
    return render(request, "placements/placement_new_place.html", context)


def crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Placements"), reverse("reports:placements")), *further]


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
    return get_object_or_404(sites_visible_to(request.membership).select_related("employer"), public_id=_uuid(key))


def _placement_form(request: MemberRequest, site: Site, offer: Offer | None) -> PlacementForm:
    today, viewer = timezone.localdate(), request.membership
    found = plans.students_for(viewer, request.GET.get("q", ""), today)
    shown = list(found[: SHOWN + 1])
    student = _uuid(request.GET.get("student", ""))
    if student and not any(one.public_id == student for one in shown):
        shown = [*found.filter(public_id=student), *shown]
    supervisors = plans.supervisors_at(site, today)
    initial: dict[str, Any] = {"student": student}
    if offer:
        initial |= {"starts_on": max(offer.starts_on, today), "ends_on": offer.ends_on}
    if len(supervisors) == 1:
        initial["supervisor"] = supervisors[0].public_id
    return PlacementForm(
        data_of(request),
        initial=initial,
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
                supervisor=values["supervisor"] or _new_supervisor(request, values, site),
                offer=offer,
                teacher=values["teacher"] or enrolment.teacher,
                coordinator=person_of(request.membership),
                starts_on=values["starts_on"],
                ends_on=values["ends_on"],
                **acting(request),
            )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _new_supervisor(request: MemberRequest, values: dict[str, Any], site: Site) -> Supervisor:
    return add_supervisor(
        site=site,
        given_name=values["given_name"],
        family_name=values["family_name"],
        email=values["email"],
        starts_on=timezone.localdate(),
        **acting(request),
    )


# ── The plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def plan(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The weekly pattern and what is learned; saved, it goes on to the exact text."""
    placement = get_object_or_404(plans.plannable(request.membership), public_id=public_id)
    newest, known = plans.latest_plan(placement), plans.outcomes_of(placement)
    shifts = plans.shifts_of(newest) if newest else []
    form = PlanForm(data_of(request), known=known, initial=_written(newest, shifts))
    if form.is_valid() and _planned(request, form, placement):
        return redirect("placements:propose", placement.public_id)
    context = {
        "form": form,
        "placement": placement,
        "units": _by_unit(known, {str(pk) for pk in form["outcomes"].value() or []}),
        "newest": newest,
        "signing": newest is not None and newest.agreement.state in Agreement.SIGNING,
        "in_force": newest is not None and newest.agreement.state == Agreement.State.IN_FORCE,
        "sums": sums(placement, newest) if newest else None,
        "back": page_of(placement),
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }
    return render(request, "placements/plan.html", context, status=status_of(form))


def _by_unit(known: list[Outcome], chosen: set[str]) -> list[tuple[Unit, list[tuple[Outcome, bool]]]]:
    groups = groupby(known, key=lambda one: one.unit)
    return [(unit, [(one, str(one.pk) in chosen) for one in group]) for unit, group in groups]


def _written(newest: PlanVersion | None, shifts: list[rules.Shift]) -> dict[str, Any]:
    """What the newest version says, as a form shows it."""
    if newest is None:
        return {}
    found: dict[str, Any] = {
        "purpose_text": newest.purpose_text,
        "rhythm": newest.rhythm,
        "outcomes": list(newest.outcomes.values_list("outcome", flat=True)),
    }
    for shift in shifts:
        found |= {
            f"on_{shift.weekday}": True,
            f"from_{shift.weekday}": shift.starts_at,
            f"to_{shift.weekday}": shift.ends_at,
            f"break_{shift.weekday}": shift.break_minutes,
        }
    return found


def _planned(request: MemberRequest, form: PlanForm, placement: Placement) -> PlanVersion | None:
    try:
        return workflow.set_plan(
            placement=placement,
            shifts=form.patterns,
            outcomes=form.chosen,
            purpose_text=form.cleaned_data["purpose_text"],
            rhythm=form.cleaned_data["rhythm"],
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def sums(placement: Placement, newest: PlanVersion) -> dict[str, Any]:
    """The calculation of a plan as it would be today, and what the programme asks for beside it."""
    table = timetable(placement, newest)
    required = placement.enrolment.cohort.version.required_minutes if placement.enrolment else 0
    return {
        "shifts": shift_lines(table),
        "lost": lost_lines(table),
        "lines": sum_lines(table),
        "weeks": rules.weeks(table.days),
        "planned": newest.planned_minutes,
        "required": required,
        "missing": max(required - newest.planned_minutes, 0),
    }
