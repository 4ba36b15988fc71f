"""What a host says for itself, by link and signed in: its limits for all schools, the places it offers, why not now."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.pages import data_of, status_of
from core.workflow import Refused
from employers import workflow
from employers.models import Employer, Offer
from employers.queries import capacity_of, wishes_of
from employers.rules import no_asking
from placements.access import firms_behind
from placements.doors import Door
from placements.forms.capacity import HostOfferForm, LimitsForm, NotThisYearForm, limits_of
from placements.queries import offering
from placements.views.doors import through_account, through_link


@dataclass(frozen=True)
class Desk:
    """The firm that is meant; who works for several chooses one by `firm` in the address."""

    door: Door
    firm: Employer
    firms: list[Employer] = field(default_factory=list)

    def url(self, name: str, *args: Any) -> str:
        query = f"?{urlencode({'firm': self.firm.public_id})}" if len(self.firms) > 1 else ""
        return self.door.url(name, *args) + query

    def page(self, name: str) -> dict[str, Any]:
        others = [(one.name, f"{self.door.url(name)}?{urlencode({'firm': one.public_id})}") for one in self.firms]
        return {
            "firm": self.firm,
            "others": others if len(others) > 1 else [],
            "home": self.door.home,
            "school_name": self.door.school.name if self.door.school else "",
        }


def _desk(request: HttpRequest, door: Door) -> Desk:
    firms = list(firms_behind(door).order_by("sort_key", "pk"))
    key = request.GET.get("firm", "")
    found = [one for one in firms if str(one.public_id) == key] if key else firms[:1]
    if not found:
        raise Http404
    return Desk(door, found[0], firms)


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def limits(request: HttpRequest, door: Door) -> HttpResponse:
    """How many, when not, a pause, a goodbye: one page for the whole firm, the same for everybody who guides there."""
    desk = _desk(request, door)
    if request.POST.get("step") in ("leave", "come_back"):
        return _left(request, desk)
    capacity = capacity_of(desk.firm)
    form = LimitsForm(data_of(request), initial=limits_of(capacity))
    if form.is_valid() and _set(form, desk):
        messages.success(request, _("Saved. It holds for every school from now on."))
        return redirect(desk.url("capacity"))
    context = {
        "form": form,
        "capacity": capacity,
        "offers_url": desk.url("offers"),
        "not_now": no_asking(wishes_of(desk.firm.pk), timezone.localdate()) or "",
        **desk.page("capacity"),
    }
    return render(request, "placements/host_capacity.html", context, status=status_of(form))


def _set(form: LimitsForm, desk: Desk) -> bool:
    try:
        workflow.set_limits(employer=desk.firm, wishes=form.wishes, seen=form.seen_at, **_who(desk.door))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _left(request: HttpRequest, desk: Desk) -> HttpResponse:
    if request.POST["step"] == "leave":
        workflow.leave(employer=desk.firm, on=timezone.localdate(), **_who(desk.door))
    else:
        workflow.come_back(employer=desk.firm, **_who(desk.door))
        messages.success(request, _("Schools may ask you again."))
    return redirect(desk.url("capacity"))


def _who(door: Door) -> dict[str, Any]:
    return {"person": door.person, "by": door.actor, "at": timezone.now()}


# ── Offers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def offers(request: HttpRequest, door: Door) -> HttpResponse:
    """The places that the firm offers, a form for more, and "not this year"."""
    desk = _desk(request, door)
    form = _offer_form(request, desk)
    if form.is_valid() and _offered(form, desk):
        messages.success(request, _("Thank you. The school sees it now."))
        return redirect(desk.url("offers"))
    return _offers_page(request, desk, form, NotThisYearForm(schools=offering.schools_behind(door, desk.firm)))


def not_this_year(request: HttpRequest, door: Door) -> HttpResponse:
    """Why the firm offers no places now; the school reads it, nothing else changes."""
    desk = _desk(request, door)
    form = NotThisYearForm(request.POST, schools=offering.schools_behind(door, desk.firm))
    if form.is_valid():
        by: dict[str, Any] = {"by": door.actor, "at": timezone.now()}
        workflow.not_this_year(employer=desk.firm, **form.cleaned_data, **by)
        messages.success(request, _("Thank you for saying it. The school knows, and why."))
        return redirect(desk.url("offers"))
    return _offers_page(request, desk, _offer_form(None, desk), form)


def withdraw(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """Take an offer back: whoever has a place keeps it."""
    offer = get_object_or_404(_withdrawable(door), public_id=public_id)
    workflow.withdraw_offer(offer=offer, by=door.actor, at=timezone.now())
    messages.success(request, _("The offer is taken back. Students who have a place keep it."))
    return redirect(door.url("offers"))


def _withdrawable(door: Door) -> Any:
    found = Offer.objects.filter(site__employer__in=firms_behind(door))
    return found.filter(school=door.school) if door.school else found


def _offer_form(request: HttpRequest | None, desk: Desk) -> HostOfferForm:
    today = timezone.localdate()
    schools = offering.schools_behind(desk.door, desk.firm)
    sites = offering.sites_behind(desk.door, desk.firm, today)
    asked = offering.asked_of(schools, desk.firm, today)
    return HostOfferForm(data_of(request) if request else None, schools=schools, sites=sites, asked=asked, today=today)


def _offered(form: HostOfferForm, desk: Desk) -> bool:
    said: dict[str, Any] = {
        "occupation_codes": [],
        "offered_by": desk.door.person,
        "by": desk.door.actor,
        "at": timezone.now(),
    }
    try:
        workflow.offer_places(**form.values, **said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _offers_page(request: HttpRequest, desk: Desk, form: HostOfferForm, no_form: NotThisYearForm) -> HttpResponse:
    rows = offering.offers_with_words(desk.door, desk.firm, timezone.localdate())
    context = {
        "form": form,
        "no_form": no_form,
        "rows": [(offer, words, desk.door.url("offer_withdraw", offer.public_id)) for offer, words in rows],
        "no_url": desk.url("not_this_year"),
        "here": desk.url("offers"),
        "limits_url": desk.url("capacity"),
        **desk.page("offers"),
    }
    return render(request, "placements/host_offers.html", context, status=status_of(form, no_form))


host_capacity = require_http_methods(["GET", "POST"])(through_account(limits))
link_capacity = require_http_methods(["GET", "POST"])(through_link(limits))
host_offers = require_http_methods(["GET", "POST"])(through_account(offers))
link_offers = require_http_methods(["GET", "POST"])(through_link(offers))
host_not_this_year = require_POST(through_account(not_this_year))
link_not_this_year = require_POST(through_link(not_this_year))
host_offer_withdraw = require_POST(through_account(withdraw))
link_offer_withdraw = require_POST(through_link(withdraw))
