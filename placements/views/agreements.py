"""The agreement at the school's desk: send it, see who has signed, what changed, write down paper, print it."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import documents
from accounts.access import MemberRequest, acting, allow, person_of
from accounts.models import Link
from accounts.roles import HOST, STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements import agreement_paper, workflow
from placements.access import agreements_visible_to, signatures_recorded_by
from placements.doors import Door
from placements.forms.plans import GuardianForm, ProposeForm
from placements.forms.signing import PaperForm, ScanForm, TakeBackForm
from placements.models import Agreement, Placement, PlanVersion, Signature
from placements.plan_text import timetable
from placements.queries import parties, plans
from placements.rules import amending, signing
from placements.rules.text import sections
from placements.views.doors import through_link
from placements.views.plans import crumbs, page_of, sums
from schools.workflow import add_guardian

READERS = (*STAFF, Role.STUDENT, Role.GUARDIAN, *HOST)

_TONES = {
    Agreement.State.DRAFT: "quiet",
    Agreement.State.PROPOSED: "info",
    Agreement.State.PARTLY_SIGNED: "info",
    Agreement.State.IN_FORCE: "good",
    Agreement.State.SUPERSEDED: "quiet",
    Agreement.State.REFUSED: "bad",
    Agreement.State.LAPSED: "warn",
}


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def propose(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The exact text, who will be asked, and one button; afterwards who has signed."""
    placement = get_object_or_404(plans.plannable(request.membership), public_id=public_id)
    newest = plans.latest_plan(placement)
    if newest is None:
        return redirect("placements:plan", placement.public_id)
    form = ProposeForm(data_of(request), initial={"sign_by": _last_day(placement)})
    if form.is_valid() and _proposed(request, form, newest.agreement):
        messages.success(request, _("The agreement is on its way. Everybody gets a letter."))
        return redirect(page_of(placement))
    return _proposal(request, placement, newest, form, GuardianForm())


@require_POST
@allow(Role.COORDINATOR)
def guardian(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Note a parent or guardian, without leaving the way to the agreement."""
    placement = get_object_or_404(plans.plannable(request.membership), public_id=public_id, enrolment__isnull=False)
    form = GuardianForm(request.POST)
    if form.is_valid():
        add_guardian(student=placement.enrolment.student, **form.cleaned_data, **acting(request))  # type: ignore[union-attr]
        return redirect("placements:propose", placement.public_id)
    newest = plans.latest_plan(placement)
    if newest is None:
        return redirect("placements:plan", placement.public_id)
    return _proposal(request, placement, newest, ProposeForm(initial={"sign_by": _last_day(placement)}), form)


@require_POST
@allow(Role.COORDINATOR)
def withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Stop the signing: nobody is asked or reminded any more."""
    placement = get_object_or_404(plans.plannable(request.membership), public_id=public_id)
    newest = plans.latest_plan(placement)
    if newest is None:
        return redirect("placements:plan", placement.public_id)
    try:
        workflow.withdraw(agreement=newest.agreement, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("placements:propose", placement.public_id)


def _last_day(placement: Placement) -> date:
    """By when everybody should have signed: so many days before the start as the programme asks for."""
    days = placement.enrolment.cohort.version.sign_days_before if placement.enrolment else signing.USUAL_DAYS_BEFORE
    return signing.sign_by(placement.starts_on, timezone.localdate(), days)


def _proposal(
    request: MemberRequest, placement: Placement, newest: PlanVersion, form: ProposeForm, guardian_form: GuardianForm
) -> HttpResponse:
    agreement = newest.agreement
    is_draft = agreement.state == Agreement.State.DRAFT
    asked = parties.asked(newest) if is_draft else []
    has_guardian = any(one.party == "guardian" for one in asked)
    minor = plans.is_minor(placement)
    context = {
        "placement": placement,
        "sections": sections(newest.text),
        "agreement": agreement,
        "tone": _TONES[Agreement.State(agreement.state)],
        "is_draft": is_draft,
        "is_signing": agreement.state in Agreement.SIGNING,
        "asked": asked,
        "places": [] if is_draft else _told(agreement),
        "in_order": parties.demand_for(newest).in_order if is_draft else agreement.in_order,
        "changes": [newest.Change(one).label for one in newest.changes],
        "refusal": parties.refusal_of(agreement) if agreement.state == Agreement.State.REFUSED else None,
        "needs_guardian": minor and not has_guardian,
        "unknown_age": plans.birth_date_of(placement) is None and not has_guardian,
        "sums": sums(placement, newest, timetable(placement, newest)),
        "form": form,
        "guardian_form": guardian_form,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }
    return render(request, "placements/plan_propose.html", context, status=status_of(form, guardian_form))


def _told(agreement: Agreement) -> list[tuple[Signature, str]]:
    """Each place with how it was signed, in words."""
    places = agreement.signatures.select_related("person", "carried_from__agreement__plan")
    return [(place, agreement_paper.how_signed(place) if place.signed_at else "") for place in places]


def _proposed(request: MemberRequest, form: ProposeForm, agreement: Agreement) -> bool:
    try:
        workflow.propose(agreement=agreement, sign_by=form.cleaned_data["sign_by"], **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


# ── To read and to print ─────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@allow(*READERS)
def agreement_pdf(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The text with the places of the signatures, to keep or to sign on paper."""
    found = get_object_or_404(agreements_visible_to(request.membership), public_id=public_id)
    return _printed(found)


@require_GET
@through_link
def link_pdf(request: HttpRequest, door: Door) -> HttpResponse:
    if door.purpose != Link.Purpose.SIGN:
        raise Http404
    found = Agreement.objects.select_related("plan__placement__school", "plan__rule_set_version")
    return _printed(get_object_or_404(found, signatures=door.subject_id))


def _printed(agreement: Agreement) -> HttpResponse:
    asked = parties.asked(agreement.plan) if agreement.state == Agreement.State.DRAFT else []
    drawn = agreement_paper.draw(agreement, asked, timezone.now())
    response = HttpResponse(drawn.pdf, content_type="application/pdf")
    name = f"agreement-{agreement.public_id}-{agreement.plan.number}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@allow(*READERS)
def agreement_difference(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What a version changes against the one that was sent before, line by line."""
    found = get_object_or_404(agreements_visible_to(request.membership), public_id=public_id)
    before = parties.previous(found.plan)
    if before is None:
        raise Http404
    placement = found.plan.placement
    at_desk = request.membership.role in STAFF
    context = {
        "plan": found.plan,
        "before": before,
        "lines": amending.difference(before.text, found.plan.text),
        "changes": [found.plan.Change(one).label for one in found.plan.changes],
        "base": "base.html" if at_desk else "base_phone.html",
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))) if at_desk else (),
        "back": page_of(placement),
    }
    return render(request, "placements/agreement_difference.html", context)


# ── Signed on paper ──────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def sign_paper(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Who signed on paper and when, with the scan if there is one; afterwards what was written down."""
    place = _recorded(request, public_id)
    initial = {"name_typed": place.person.full_name, "signed_on": timezone.localdate()}
    form = PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm(initial=initial)
    if form.is_valid() and _written_down(request, form, place):
        messages.success(request, _("It is written down. Nobody is asked for this signature any more."))
        return redirect("placements:propose", place.agreement.plan.placement.public_id)
    return _paper_page(request, place, form, ScanForm(), TakeBackForm())


@require_POST
@allow(Role.COORDINATOR)
def paper_scan(request: MemberRequest, public_id: UUID) -> HttpResponse:
    place = _recorded(request, public_id)
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid() and _scanned(request, form, place):
        messages.success(request, _("The scan is kept."))
        return redirect("placements:sign_paper", place.public_id)
    return _paper_page(request, place, PaperForm(), form, TakeBackForm())


@require_POST
@allow(Role.COORDINATOR)
def paper_take_back(request: MemberRequest, public_id: UUID) -> HttpResponse:
    place = _recorded(request, public_id)
    form = TakeBackForm(request.POST)
    if form.is_valid() and _taken_back(request, form, place):
        messages.success(request, _("It is taken back. The signature is open again."))
        return redirect("placements:propose", place.agreement.plan.placement.public_id)
    return _paper_page(request, place, PaperForm(), ScanForm(), form)


@require_GET
@allow(Role.COORDINATOR)
def paper_file(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The scan of a signed paper."""
    place = _recorded(request, public_id)
    source = place.carried_from or place
    if source.document is None:
        raise Http404
    return documents.answer(source.document)


def _recorded(request: MemberRequest, public_id: UUID) -> Signature:
    return get_object_or_404(signatures_recorded_by(request.membership), public_id=public_id)


def _paper_page(
    request: MemberRequest, place: Signature, form: PaperForm, scan_form: ScanForm, back_form: TakeBackForm
) -> HttpResponse:
    placement = place.agreement.plan.placement
    context = {
        "place": place,
        "agreement": place.agreement,
        "is_open": place.signed_at is None and place.agreement.state in Agreement.SIGNING,
        "on_paper": place.channel == Signature.Channel.PAPER and place.carried_from_id is None,
        "form": form,
        "scan_form": scan_form,
        "back_form": back_form,
        "back": reverse("placements:propose", args=[placement.public_id]),
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }
    status = status_of(form, scan_form, back_form)
    return render(request, "placements/sign_paper.html", context, status=status)


def _written_down(request: MemberRequest, form: PaperForm, place: Signature) -> bool:
    try:
        workflow.sign_paper(
            signature=place, recorded_by=person_of(request.membership), **form.cleaned_data, **acting(request)
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _scanned(request: MemberRequest, form: ScanForm, place: Signature) -> bool:
    try:
        workflow.add_scan(
            signature=place, recorded_by=person_of(request.membership), **form.cleaned_data, **acting(request)
        )
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return False
    return True


def _taken_back(request: MemberRequest, form: TakeBackForm, place: Signature) -> bool:
    try:
        workflow.take_back(signature=place, reason=form.cleaned_data["reason"], **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
