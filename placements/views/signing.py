"""Signing an agreement: the same screen for those with an account and for those who came by a link."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, actor_of, allow, person_of
from accounts.models import Person
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements import workflow
from placements.access import signatures_of
from placements.doors import Door
from placements.forms.signing import RefuseForm, SignForm
from placements.models import Agreement, Signature
from placements.queries.plans import signatures_with_text
from placements.rules.signing import ROLES_OF
from placements.rules.text import sections
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
    forward_url: str = ""
    base: str = "base_phone.html"
    crumbs: tuple[tuple[str, str], ...] = ()


@require_http_methods(["GET", "POST"])
@allow(*SIGNERS)
def sign(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return answer(request, _pen_of(request, public_id))


@require_http_methods(["GET", "POST"])
@allow(*SIGNERS)
def refuse(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return decline(request, _pen_of(request, public_id))


def _pen_of(request: MemberRequest, public_id: UUID) -> Pen:
    place = get_object_or_404(signatures_with_text(signatures_of(request.membership)), public_id=public_id)
    if request.membership.role not in ROLES_OF[Signature.Party(place.party)]:
        raise Http404
    placement = place.agreement.plan.placement
    at_desk = request.membership.role == Role.COORDINATOR
    return Pen(
        place=place,
        person=person_of(request.membership),
        actor=actor_of(request.membership),
        url=reverse("placements:sign", args=[public_id]),
        refuse_url=reverse("placements:refuse", args=[public_id]),
        base="base.html" if at_desk else "base_phone.html",
        crumbs=tuple(crumbs((placement.learner.full_name, page_of(placement)))) if at_desk else (),
    )


def pen_behind(door: Door) -> Pen:
    """The place that a link was sent for. A link that was handed on reaches the same place."""
    place = get_object_or_404(signatures_with_text(Signature.objects.all()), pk=door.subject_id)
    party = Signature.Party(place.party)
    return Pen(
        place=place,
        person=door.person,
        actor=Actor(kind=door.actor.kind, id=door.actor.id, role=ROLES_OF[party][0]),
        url=door.home,
        refuse_url=door.url("refuse"),
        forward_url=door.url("forward") if party == Signature.Party.HOST else "",
    )


def answer(request: HttpRequest, pen: Pen) -> HttpResponse:
    """The text and one field for the name; signed or closed, the same address says so."""
    form = SignForm(data_of(request))
    if form.is_valid() and _signed(request, pen, form):
        return redirect(pen.url)
    agreement = pen.place.agreement
    context = {
        "pen": pen,
        "place": pen.place,
        "agreement": agreement,
        "plan": agreement.plan,
        "sections": sections(agreement.plan.text),
        "placement": agreement.plan.placement,
        "school_name": agreement.plan.placement.school.name,
        "is_open": _is_open(pen.place),
        "form": form,
    }
    template = "placements/sign_receipt.html" if pen.place.signed_at else "placements/sign.html"
    return render(request, template, context, status=status_of(form))


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
