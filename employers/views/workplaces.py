"""The places of work of a firm, and the places that it offers there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from employers.access import employers_visible_to, offers_visible_to
from employers.forms import OfferForm, WorkplaceForm
from employers.models import Site
from employers.views.firms import crumbs_to, firm_of, site_of
from employers.workflow import add_site, describe_site, offer_places, withdraw_offer


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def site_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One more site of the firm."""
    firm = get_object_or_404(employers_visible_to(request.membership).filter(merged_into=None), public_id=public_id)
    form = WorkplaceForm(data_of(request))
    if form.is_valid():
        try:
            add_site(employer=firm, school=school_of(request.membership), place=form.place, **acting(request))
        except Refused as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, _("The site is added."))
            return redirect("employers:employer", public_id)
    context = {"form": form, "firm": firm, "crumbs": crumbs_to(firm), "is_new": True}
    return render(request, "employers/site.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.OWNER)
def site(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What is known of a site; the firm says it itself, or tells the school."""
    found = site_of(request, public_id)
    firm = firm_of(found)
    form = WorkplaceForm(data_of(request), initial=_known(found))
    if form.is_valid():
        try:
            describe_site(site=found, place=form.place, **acting(request))
        except Refused as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, _("Saved. Every school that works with the firm reads it."))
            return redirect("employers:employer", firm.public_id)
    is_host = request.membership.role == Role.OWNER
    context = {"form": form, "firm": firm, "crumbs": [] if is_host else crumbs_to(firm), "is_new": False}
    return render(request, "employers/site.html", context, status=status_of(form))


def _known(site: Site) -> dict:
    names = ("address", "postcode", "phone", "email", "bring", "meets")
    position = None if site.latitude is None else (site.latitude, site.longitude)
    return {**{name: getattr(site, name) for name in names}, "position": position}


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def offer_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = site_of(request, public_id)
    form = OfferForm(data_of(request))
    if form.is_valid():
        offer_places(school=school_of(request.membership), site=found, **form.cleaned_data, **acting(request))
        messages.success(request, _("The offer is saved."))
        return redirect("employers:employer", firm_of(found).public_id)
    context = {"form": form, "site": found, "crumbs": crumbs_to(firm_of(found))}
    return render(request, "employers/offer_new.html", context, status=status_of(form))


@require_POST
@allow(Role.COORDINATOR)
def offer_withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Take back what the school wrote down itself."""
    offers = offers_visible_to(request.membership).filter(offered_by=None).select_related("site__employer")
    offer = get_object_or_404(offers, public_id=public_id)
    withdraw_offer(offer=offer, **acting(request))
    messages.success(request, _("The offer is taken back. Students who have a place keep it."))
    return redirect("employers:employer", firm_of(offer.site).public_id)
