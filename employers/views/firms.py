"""The firms of a school: list, page, and the forms on that page."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of, school_of
from accounts.forms import LastDayForm
from accounts.roles import STAFF, Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from employers import queries
from employers.access import (
    employers_visible_to,
    places_visible_to,
    relations_visible_to,
    sites_visible_to,
    supervisors_visible_to,
)
from employers.doubles import doubles, open_merges
from employers.forms import EmployerForm, FirmForm, PhotosForm, RegionForm, RelationForm, ShutdownForm, SupervisorForm
from employers.models import Employer, SchoolEmployer, Shutdown, Site
from employers.one_person import twins_among
from employers.queries import size_of
from employers.rules import Stop, regions_of, stop_of, wishes_in_words
from employers.workflow import (
    add_supervisor,
    allow_photos,
    choose_region,
    close_site,
    edit_relation,
    end_supervisor,
    open_site,
    register_employer,
    rename,
)

COUNTED_FIRMS = 500
"""On a longer list, finding doubles takes too long beside it; they have a page of their own."""


def crumbs_to(employer: Employer | None = None) -> list[tuple[str, str]]:
    """The way to a page below the list, or below one firm."""
    way = [(_("Employers"), reverse("employers:employers"))]
    return (
        way if employer is None else [*way, (employer.name, reverse("employers:employer", args=[employer.public_id]))]
    )


@require_GET
@allow(*STAFF)
def employers(request: MemberRequest) -> HttpResponse:
    wanted = queries.wanted(request.GET)
    page = paged(request, queries.relations(request.membership, wanted))
    counts = queries.site_counts(page)
    rows = [(one, counts[one.employer_id], size_of(one.employer)) for one in page]
    writes = request.membership.role == Role.COORDINATOR
    asks = wanted != queries.Wanted()
    counts_doubles = writes and not asks and page.number == 1 and page.paginator.count <= COUNTED_FIRMS
    context = {
        "title": _("Employers"),
        "page": page,
        "rows": rows,
        "doubles": len(doubles(request.membership)) if counts_doubles else 0,
        "wanted": wanted,
        "clear": reverse("employers:employers") if asks else "",
        "tiers": SchoolEmployer.Tier.choices,
        "writes": writes,
    }
    return render(request, "employers/employers.html", context)


@require_GET
@allow(*STAFF, Role.OWNER)
def employer(request: MemberRequest, public_id: UUID) -> HttpResponse:
    viewer, today = request.membership, timezone.localdate()
    merges = open_merges(viewer, timezone.now()).filter(kept=OuterRef("employer"))
    known = queries.with_firm(relations_visible_to(viewer)).annotate(is_joined=Exists(merges))
    relation = known.filter(employer__public_id=public_id).first()
    firms = employers_visible_to(viewer)
    employer = relation.employer if relation else firms.filter(public_id=public_id).first()
    if employer is None:
        return redirect("employers:employer", get_object_or_404(firms, merged__public_id=public_id).public_id)
    page = queries.employer_page(employer, relation, viewer, today)
    is_host, writes = viewer.role == Role.OWNER, viewer.role == Role.COORDINATOR
    people = [supervisor for part in page.sites for supervisor in part.supervisors]
    facts = [
        (_("People"), size_of(employer)),
        (_("Number in the register"), employer.register_number or _("None")),
        (_("Sites"), len(page.sites)),
    ]
    context = {
        "page": page,
        "crumbs": [] if is_host else crumbs_to(),
        "is_joined": bool(relation and relation.is_joined),
        "facts": facts,
        "today": today,
        "is_host": is_host,
        "wishes": wishes_in_words(queries.as_wishes(page.capacity), today) if page.capacity else [],
        "leads": viewer.role in (Role.COORDINATOR, Role.HEAD),
        "visits": viewer.role in (Role.COORDINATOR, Role.TEACHER),
        "stop": _stop(relation),
        "writes": writes,
        "twins": twins_among(people) if writes else [],
    }
    return render(request, "employers/employer.html", context)


def _stop(relation: SchoolEmployer | None) -> Stop | None:
    """What the school's staff is told of the firm; the firm itself has no relation here."""
    if relation is None:
        return None
    return stop_of(relation.employer.closed_on, relation.not_approved_since, relation.suspended_at)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def employer_new(request: MemberRequest) -> HttpResponse:
    form = EmployerForm(data_of(request))
    if form.is_valid():
        relation, new = register_employer(
            school=school_of(request.membership),
            owner=person_of(request.membership),
            **form.cleaned_data,
            **acting(request),
        )
        if new:
            messages.success(request, _("The firm is on your list."))
        else:
            messages.info(request, _("Your school knew this firm already. This is its page."))
        return redirect("employers:employer", relation.employer.public_id)
    return render(request, "employers/employer_new.html", {"form": form, "crumbs": crumbs_to()}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def firm_name(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A firm that has another name now, or was typed wrongly; `public_id` is the firm's."""
    relations = relations_visible_to(request.membership).select_related("employer")
    relation = get_object_or_404(relations, employer__public_id=public_id)
    firm = relation.employer
    form = FirmForm(data_of(request), initial={"name": firm.name, "register_number": firm.register_number})
    if form.is_valid():
        try:
            rename(relation=relation, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Every school that works with the firm reads it."))
            return redirect("employers:employer", public_id)
    context = {"form": form, "crumbs": crumbs_to(firm), "firm": firm}
    return render(request, "employers/firm_name.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def relation(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What the school keeps about the firm: `public_id` is the firm's."""
    relation = get_object_or_404(
        relations_visible_to(request.membership).select_related("employer"), employer__public_id=public_id
    )
    initial = {
        "tier": relation.tier,
        "approved_until": relation.approved_until,
        "notes": relation.notes,
    }
    is_checked = relation.checks.exists()
    form = RelationForm(data_of(request), initial=initial, is_checked=is_checked)
    if form.is_valid():
        values = {"approved_until": relation.approved_until} | form.cleaned_data
        edit_relation(relation=relation, **values, **acting(request))
        messages.success(request, _("Saved. The firm does not see this."))
        return redirect("employers:employer", public_id)
    context = {"form": form, "crumbs": crumbs_to(relation.employer), "employer": relation.employer}
    return render(request, "employers/relation.html", context, status=status_of(form))


def site_of(request: MemberRequest, public_id: UUID) -> Site:
    return get_object_or_404(sites_visible_to(request.membership).select_related("employer"), public_id=public_id)


def firm_of(site: Site) -> Employer:
    """The employer of a site; a school's own workshop has none and no page here."""
    if site.employer is None:
        raise Http404
    return site.employer


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def supervisor_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    site = site_of(request, public_id)
    form = SupervisorForm(data_of(request), initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        try:
            add_supervisor(site=site, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The supervisor is added."))
            return redirect("employers:employer", firm_of(site).public_id)
    context = {"form": form, "site": site, "crumbs": crumbs_to(firm_of(site))}
    return render(request, "employers/supervisor_new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def supervisor_end(request: MemberRequest, public_id: UUID) -> HttpResponse:
    supervisor = get_object_or_404(
        supervisors_visible_to(request.membership).select_related("person", "site__employer"), public_id=public_id
    )
    form = LastDayForm(data_of(request), initial={"last_day": supervisor.ends_on or timezone.localdate()})
    if form.is_valid():
        try:
            end_supervisor(supervisor=supervisor, last_day=form.cleaned_data["last_day"], **acting(request))
        except Refused as refusal:
            form.add_error("last_day", str(refusal))
        else:
            messages.success(request, _("The last day is saved."))
            return redirect("employers:employer", firm_of(supervisor.site).public_id)
    context = {"form": form, "supervisor": supervisor, "crumbs": crumbs_to(firm_of(supervisor.site))}
    return render(request, "employers/supervisor_end.html", context, status=status_of(form))


# ── Photos ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.OWNER)
def photos(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One question for the whole site; the firm answers it itself, or tells the school."""
    site = site_of(request, public_id)
    form = PhotosForm(data_of(request), initial={"allowed": "yes" if site.photos_allowed else "no"})
    if form.is_valid():
        allow_photos(site=site, allowed=form.cleaned_data["allowed"], **acting(request))
        messages.success(request, _("Saved. Students see it when they want to add a photo."))
        return redirect("employers:employer", firm_of(site).public_id)
    is_host = request.membership.role == Role.OWNER
    way = [] if is_host else crumbs_to(firm_of(site))
    context = {"form": form, "site": site, "crumbs": way}
    return render(request, "employers/photos.html", context, status=status_of(form))


# ── Days without work ────────────────────────────────────────────────────────────────────────────────────────────────


def _place(request: MemberRequest, public_id: UUID) -> Site:
    places = places_visible_to(request.membership).select_related("employer", "organisation")
    return get_object_or_404(places, public_id=public_id)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def closed_days(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Days on which nobody works at a site, and whose public holidays hold there."""
    site = _place(request, public_id)
    form = ShutdownForm(data_of(request))
    if form.is_valid():
        try:
            close_site(site=site, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            messages.success(request, _("Saved. Plans that are written from now on have no work on these days."))
            return redirect("employers:closed_days", site.public_id)
    return _closed_days_page(request, site, form, _region_form(site))


@require_POST
@allow(Role.COORDINATOR)
def region(request: MemberRequest, public_id: UUID) -> HttpResponse:
    site = _place(request, public_id)
    form = _region_form(site, request.POST)
    if form.is_valid():
        choose_region(site=site, region=form.cleaned_data["region"], **acting(request))
        messages.success(request, _("The region is saved."))
        return redirect("employers:closed_days", site.public_id)
    return _closed_days_page(request, site, ShutdownForm(), form)


@require_POST
@allow(Role.COORDINATOR)
def closed_days_remove(request: MemberRequest, public_id: UUID) -> HttpResponse:
    places = places_visible_to(request.membership)
    shutdown = get_object_or_404(Shutdown.objects.select_related("site"), site__in=places, public_id=public_id)
    open_site(shutdown=shutdown, **acting(request))
    messages.success(request, _("These days are days of work again."))
    return redirect("employers:closed_days", shutdown.site.public_id)


def _region_form(site: Site, data: QueryDict | None = None) -> RegionForm:
    return RegionForm(data, initial={"region": site.region}, regions=regions_of(site.country))


def _closed_days_page(request: MemberRequest, site: Site, form: ShutdownForm, region_form: RegionForm) -> HttpResponse:
    context = {
        "site": site,
        "form": form,
        "region_form": region_form,
        "shutdowns": site.shutdowns.order_by("starts_on", "pk"),
        "crumbs": crumbs_to(site.employer),
    }
    return render(request, "employers/closed_days.html", context, status=status_of(form, region_form))
