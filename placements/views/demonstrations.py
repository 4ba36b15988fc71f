"""Demonstrations: an assessor at school or host writes down what was shown; the teacher finishes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, actor_of, allow, person_of
from accounts.models import Person
from accounts.roles import STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements.access import demonstrations_visible_to, visible_to, weekly_behind
from placements.doors import Door
from placements.forms.demonstrations import PartForm
from placements.models import Demonstration, DemonstrationPart, Placement
from placements.queries.demonstrations import outcomes_to_show, shown_by, shown_to
from placements.views.doors import through_account, through_link
from placements.views.plans import crumbs, page_of
from placements.workflow import demonstrating

_KNOWN = ("learner", "school", "employer", "enrolment__cohort", "enrolment__student")


@require_GET
@allow(*STAFF, Role.STUDENT)
def demonstrations(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What the student has shown, at every workplace and before whom."""
    placement = get_object_or_404(visible_to(request.membership).select_related(*_KNOWN), public_id=public_id)
    is_student = request.membership.role == Role.STUDENT
    context = {
        "base": "base_phone.html" if is_student else "base.html",
        "crumbs": [] if is_student else crumbs((placement.learner.full_name, page_of(placement))),
        "placement": placement,
        "rows": shown_by(placement),
        "me": person_of(request.membership).pk,
        "finishes": request.membership.role == Role.TEACHER,
        "records": request.membership.role == Role.TEACHER and placement.state not in Placement.NOT_BEGUN,
    }
    return render(request, "placements/demonstrations.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.TEACHER)
def demonstration_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    placement = get_object_or_404(visible_to(request.membership).select_related(*_KNOWN), public_id=public_id)
    form = _form(request, placement)
    here = reverse("placements:demonstrations", args=[public_id])
    if form.is_valid() and _recorded(form, placement, person_of(request.membership), actor_of(request.membership)):
        messages.success(request, _("It is written down."))
        return redirect(here)
    context = {
        "base": "base.html",
        "crumbs": crumbs((placement.learner.full_name, page_of(placement)), (_("Demonstrations"), here)),
        "placement": placement,
        "form": form,
        "back": here,
        "rows": [],
        "school_name": "",
    }
    return render(request, "placements/demonstration_new.html", context, status=status_of(form))


def hosted(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """What somebody at the host saw; own words can be taken back until the teacher finishes."""
    placement = get_object_or_404(weekly_behind(door).select_related(*_KNOWN), public_id=public_id)
    here = door.url("demonstration", public_id)
    if "take_back" in request.POST:
        part = get_object_or_404(placement.demonstration_parts, pk=_number(request.POST["take_back"]))
        return _taken_back(request, part, door.person, door.actor, here)
    form = _form(request, placement)
    if form.is_valid() and _recorded(form, placement, door.person, door.actor):
        messages.success(request, _("It is written down. The student and the school see it."))
        return redirect(here)
    context = {
        "base": "base_phone.html",
        "crumbs": [],
        "placement": placement,
        "form": form,
        "back": door.home,
        "rows": shown_to(placement, door.person),
        "school_name": placement.school.name,
    }
    return render(request, "placements/demonstration_new.html", context, status=status_of(form))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _form(request: HttpRequest, placement: Placement) -> PartForm:
    today = min(timezone.localdate(), placement.ends_on)
    return PartForm(data_of(request), outcomes=outcomes_to_show(placement), initial={"on": today})


def _recorded(form: PartForm, placement: Placement, person: Person, by: Actor) -> bool:
    try:
        demonstrating.record_part(placement=placement, **form.cleaned_data, person=person, by=by, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _taken_back(request: HttpRequest, part: DemonstrationPart, person: Person, by: Actor, here: str) -> HttpResponse:
    try:
        demonstrating.take_back_part(part=part, person=person, by=by, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is taken back."))
    return redirect(here)


@require_POST
@allow(Role.TEACHER)
def demonstration_finish(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _moved(request, public_id, demonstrating.finish, _("The demonstration is finished: it counts as shown."))


@require_POST
@allow(Role.TEACHER)
def demonstration_reopen(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _moved(request, public_id, demonstrating.reopen, _("The demonstration is open again."))


def _moved(request: MemberRequest, public_id: UUID, verb, done: str) -> HttpResponse:
    found = _demonstration(request, public_id)
    try:
        verb(demonstration=found, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(_list_of(found))


@require_POST
@allow(Role.TEACHER)
def demonstration_take_back(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    found = _demonstration(request, public_id)
    part = get_object_or_404(found.parts.select_related("demonstration", "placement"), pk=pk)
    here = reverse("placements:demonstrations", args=[part.placement.public_id])
    return _taken_back(request, part, person_of(request.membership), actor_of(request.membership), here)


def _demonstration(request: MemberRequest, public_id: UUID) -> Demonstration:
    return get_object_or_404(demonstrations_visible_to(request.membership), public_id=public_id)


def _list_of(found: Demonstration) -> str:
    part = found.parts.select_related("placement").latest("on", "pk")
    return reverse("placements:demonstrations", args=[part.placement.public_id])


host_demonstration = require_http_methods(["GET", "POST"])(through_account(hosted))
link_demonstration = require_http_methods(["GET", "POST"])(through_link(hosted))
