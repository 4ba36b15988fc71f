"""A visit or talk is planned, changed or cancelled by the school; student and host are told by letter."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.models import Person
from accounts.roles import STAFF
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import appointments_visible_to, visible_to
from placements.forms.appointments import AppointmentForm, first_words, words_of
from placements.models import Appointment, Placement
from placements.queries.plans import zone_of
from placements.rules.appointments import is_to_come, name_of
from placements.views.plans import crumbs, page_of
from placements.workflow import appointments as workflow

SOON = timedelta(hours=24)


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def appointment_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Plan one; `kind` in the address chooses what."""
    rows = visible_to(request.membership).exclude(state=Placement.State.CANCELLED)
    placement = get_object_or_404(rows.select_related(*_PEOPLE), public_id=public_id)
    own = person_of(request.membership)
    form = _form(request, placement, first_words(request.GET.get("kind", ""), own))
    if form.is_valid() and _planned(request, placement, form):
        _tell(request, form.words)
        return redirect("placements:contacts", placement.public_id)
    context = {"form": form, "title": _("Plan a visit or talk"), "may_cancel": False}
    return render(request, "placements/appointment.html", _frame(placement) | context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def appointment(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Change one that is still to come."""
    found = _found(request, public_id)
    zone = zone_of(found.placement)
    form = _form(request, found.placement, words_of(found, zone), also=found.person)
    if form.is_valid() and _changed(request, found, form):
        _tell(request, form.words)
        return redirect("placements:contacts", found.placement.public_id)
    cancel_url = reverse("placements:appointment_cancel", args=[found.public_id])
    context = {
        "form": form,
        "title": name_of(found.kind),
        "may_cancel": is_to_come(found, timezone.now()),
        "cancel_url": cancel_url,
    }
    return render(request, "placements/appointment.html", _frame(found.placement) | context, status=status_of(form))


@require_POST
@allow(*STAFF)
def appointment_cancel(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = _found(request, public_id)
    try:
        workflow.cancel_appointment(appointment=found, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Cancelled. Whoever was told of it gets a letter."))
    return redirect("placements:contacts", found.placement.public_id)


_PEOPLE = ("learner", "school", "coordinator", "teacher", "enrolment__teacher")


def _found(request: MemberRequest, public_id: UUID) -> Appointment:
    people = [f"placement__{name}" for name in _PEOPLE]
    rows = appointments_visible_to(request.membership).filter(state=Appointment.State.PLANNED)
    return get_object_or_404(rows.select_related("person", *people), public_id=public_id)


def _form(
    request: MemberRequest, placement: Placement, initial: dict[str, Any], also: Person | None = None
) -> AppointmentForm:
    """Whoever accompanies the placement may come, and whoever plans."""
    teacher = placement.enrolment.teacher if placement.enrolment else None
    known = (person_of(request.membership), placement.teacher, teacher, placement.coordinator, also)
    people = {person.pk: person for person in known if person}
    return AppointmentForm(data_of(request), zone=zone_of(placement), people=list(people.values()), initial=initial)


def _frame(placement: Placement) -> dict[str, Any]:
    return {
        "placement": placement,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
        "back": reverse("placements:contacts", args=[placement.public_id]),
    }


def _planned(request: MemberRequest, placement: Placement, form: AppointmentForm) -> bool:
    key = form.cleaned_data["key"]
    try:
        workflow.plan_appointment(placement=placement, words=form.words, public_id=key, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _changed(request: MemberRequest, found: Appointment, form: AppointmentForm) -> bool:
    try:
        workflow.change_appointment(appointment=found, words=form.words, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _tell(request: MemberRequest, words: workflow.Arrangement) -> None:
    """One letter a day: it may come on the morning of a day that is near."""
    if words.starts_at - timezone.now() < SOON:
        messages.warning(request, _("It is soon: the letter may come too late. Please call as well."))
    else:
        messages.success(request, _("Saved. Whoever is there gets a letter that goes into the calendar."))
