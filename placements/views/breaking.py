"""After a placement has broken: the workplace that follows."""

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
from placements import workflow
from placements.access import visible_to
from placements.forms.breaking import TransferForm
from placements.models import Placement
from placements.queries import plans
from placements.queries.ending import hosts_after, offers_after
from placements.rules import ending
from placements.views.placing import NEW_PERSON, Place, chosen_place, guide_of, usual
from placements.views.plans import crumbs, page_of

OFFERS_SHOWN = 10


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def transfer(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The new workplace of a student whose placement broke: without a place in the address they are listed."""
    broken = visible_to(request.membership).filter(state=Placement.State.BROKEN, enrolment__isnull=False)
    placement = get_object_or_404(
        broken.select_related("learner", "teacher", "enrolment__cohort__version__programme"), public_id=public_id
    )
    if follows := Placement.objects.filter(predecessor=placement).first():
        return redirect(page_of(follows))
    place = chosen_place(request)
    if place is None:
        return _choose(request, placement)
    form = _form(request, placement, place)
    if form.is_valid() and (successor := _transferred(request, form, placement, place)):
        return _go_on(request, successor)
    context = {
        "form": form,
        "placement": placement,
        "where": place.words,
        "open_new": any(name in form.errors for name in NEW_PERSON),
        "crumbs": _crumbs(placement),
    }
    return render(request, "placements/transfer.html", context, status=status_of(form))


def _crumbs(placement: Placement) -> list[tuple[str, str]]:
    return crumbs((placement.learner.full_name, page_of(placement)))


def _choose(request: MemberRequest, placement: Placement) -> HttpResponse:
    """Free offers, and the sites of all firms by name; the firm where it broke is left out."""
    viewer, q = request.membership, request.GET.get("q", "")
    offers = offers_after(viewer, placement, timezone.localdate())
    context = {
        "placement": placement,
        "offers": [] if q.strip() else offers[:OFFERS_SHOWN],
        "page": paged(request, hosts_after(viewer, placement, q)),
        "q": q,
        "clear": reverse("placements:transfer", args=[placement.public_id]) if q else "",
        "crumbs": _crumbs(placement),
    }
    return render(request, "placements/transfer_place.html", context)


def _form(request: MemberRequest, placement: Placement, place: Place) -> TransferForm:
    today = timezone.localdate()
    supervisors = plans.supervisors_at(place.site, today)
    begins = max(today, place.offer.starts_on) if place.offer else today
    initial = {**usual(place.site, supervisors), "starts_on": begins, "ends_on": place.offer and place.offer.ends_on}
    if not initial["ends_on"]:
        initial["ends_on"] = ending.planned_end(workflow.last_step(placement), begins)
    return TransferForm(data_of(request), initial=initial, supervisors=supervisors)


def _transferred(request: MemberRequest, form: TransferForm, placement: Placement, place: Place) -> Placement | None:
    values = form.cleaned_data
    try:
        with transaction.atomic():
            return workflow.transfer(
                placement=placement,
                site=place.site,
                supervisor=values["supervisor"] or guide_of(request, values, place.site),
                coordinator=person_of(request.membership),
                starts_on=values["starts_on"],
                ends_on=values["ends_on"],
                offer=place.offer,
                public_id=values["key"],
                **acting(request),
            )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _go_on(request: MemberRequest, successor: Placement) -> HttpResponse:
    """With a copied plan it only has to be sent; without one it is written first."""
    if plans.latest_plan(successor) is None:
        messages.info(request, _("The placement is there. There was no plan to copy, so write it now."))
        return redirect("placements:plan", successor.public_id)
    messages.success(request, _("The placement is there, with the plan of the old one. Read it, then send it."))
    return redirect("placements:propose", successor.public_id)
