"""Signing an agreement: the same screen for those with an account and for those who came by a link."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, actor_of, allow, person_of
from accounts.models import Person
from accounts.roles import STAFF
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements import agreement_paper, workflow
from placements.access import signatures_of
from placements.doors import Door
from placements.forms.signing import RefuseForm, SignForm
from placements.models import Agreement, Signature
from placements.plan_text import short_text
from placements.queries import parties
from placements.queries.plans import signatures_with_text
from placements.rules.amending import difference
from placements.rules.signing import ROLES_OF, Party, next_ones
from placements.rules.text import sections
from placements.views.doors import timed_for_hosts
from placements.views.plans import crumbs, page_of
from placements.workflow.tables import SIGNERS


@dataclass(frozen=True)
class Pen:
    """Who signs which place, and the addresses of the two answers."""

    place: Signature
    person: Person
    actor: Actor
    url: str
    refuse_url: str
    pdf_url: str
    plan_url: str = ""
    forward_url: str = ""
    base: str = "base_phone.html"
    crumbs: tuple[tuple[str, str], ...] = ()


@require_http_methods(["GET", "POST"])
@allow(*SIGNERS)
@timed_for_hosts
def sign(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return answer(request, _pen_of(request, public_id))


@require_http_methods(["GET", "POST"])
@allow(*SIGNERS)
@timed_for_hosts
def refuse(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return decline(request, _pen_of(request, public_id))


def _pen_of(request: MemberRequest, public_id: UUID) -> Pen:
    place = get_object_or_404(signatures_with_text(signatures_of(request.membership)), public_id=public_id)
    if request.membership.role not in ROLES_OF[Party(place.party)]:
        raise Http404
    placement = place.agreement.plan.placement
    at_desk = request.membership.role in STAFF
    return Pen(
        place=place,
        person=person_of(request.membership),
        actor=actor_of(request.membership),
        url=reverse("placements:sign", args=[public_id]),
        refuse_url=reverse("placements:refuse", args=[public_id]),
        pdf_url=reverse("placements:agreement_pdf", args=[place.agreement.public_id]),
        plan_url=_plan_url(place.party, reverse("placements:host_plan", args=[placement.public_id])),
        base="base.html" if at_desk else "base_phone.html",
        crumbs=tuple(crumbs((placement.learner.full_name, page_of(placement)))) if at_desk else (),
    )


def pen_behind(door: Door) -> Pen:
    """The place that a link was sent for. A link that was handed on reaches the same place."""
    place = get_object_or_404(signatures_with_text(Signature.objects.all()), pk=door.subject_id)
    party = Party(place.party)
    return Pen(
        place=place,
        person=door.person,
        actor=Actor(kind=door.actor.kind, id=door.actor.id, role=ROLES_OF[party][0]),
        url=door.home,
        refuse_url=door.url("refuse"),
        pdf_url=door.url("pdf"),
        plan_url=_plan_url(party, door.url("plan", place.agreement.plan.placement.public_id)),
        forward_url=door.url("forward") if party == Party.HOST else "",
    )


def _plan_url(party: str, url: str) -> str:
    """The workplace gets a copy of the plan in plain words; the others have it on their own pages."""
    return url if party in (Party.HOST, Party.TUTOR) else ""


def answer(request: HttpRequest, pen: Pen) -> HttpResponse:
    """The text and one field for the name; signed or closed, the same address says so."""
    form = SignForm(data_of(request))
    if form.is_valid() and _signed(request, pen, form):
        return redirect(pen.url)
    template = "placements/sign_receipt.html" if pen.place.signed_at else "placements/sign.html"
    return render(request, template, {"form": form} | _told(pen), status=status_of(form))


def _told(pen: Pen) -> dict[str, Any]:
    """The agreement for the one who holds the pen: what is signed, as whom, what has changed, whose turn it is."""
    place, agreement = pen.place, pen.place.agreement
    plan, places = agreement.plan, list(agreement.signatures.all())
    mine = [one for one in places if one.person_id == place.person_id and _signs_now(one, place)]
    is_open = _is_open(place)
    waits = [one for one in next_ones(places, in_order=agreement.in_order) if one.order < place.order]
    before = parties.previous(plan) if is_open and plan.changes else None
    return {
        "pen": pen,
        "place": place,
        "places": places,
        "agreement": agreement,
        "plan": plan,
        "sections": sections(plan.text),
        "short": short_text(plan.placement, plan, [Party(one.party) for one in mine]) if is_open else (),
        "signs_as": get_text_list([one.get_party_display() for one in mine], gettext("and")),
        "first": waits[0] if agreement.in_order and waits else None,
        "changes": [plan.Change(one).label for one in plan.changes],
        "lines": difference(before.text, plan.text) if before else (),
        "how": agreement_paper.how_signed(place) if place.signed_at else "",
        "placement": plan.placement,
        "school_name": plan.placement.school.name,
        "is_open": is_open,
    }


def _signs_now(one: Signature, place: Signature) -> bool:
    """Places of one person that are signed with one name: those that the same role may sign."""
    return one == place or bool(
        one.signed_at is None and {*ROLES_OF[Party(one.party)]} & {*ROLES_OF[Party(place.party)]}
    )


def _is_open(place: Signature) -> bool:
    return place.agreement.state in Agreement.SIGNING and place.signed_at is None


def decline(request: HttpRequest, pen: Pen) -> HttpResponse:
    """No, and why: the school is told and calls."""
    if request.method == "GET" and not _is_open(pen.place):
        return redirect(pen.url)
    form = RefuseForm(data_of(request))
    if form.is_valid() and _refused(pen, form):
        return redirect(pen.url)
    context = {"pen": pen, "form": form, "school_name": pen.place.agreement.plan.placement.school.name}
    return render(request, "placements/sign_refuse.html", context, status=status_of(form))


def _signed(request: HttpRequest, pen: Pen, form: SignForm) -> bool:
    try:
        workflow.sign(
            signature=pen.place,
            name_typed=form.cleaned_data["name_typed"],
            ip=request.META.get("REMOTE_ADDR") or None,
            person=pen.person,
            by=pen.actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _refused(pen: Pen, form: RefuseForm) -> bool:
    try:
        workflow.refuse(signature=pen.place, reason=form.cleaned_data["reason"], by=pen.actor, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
