"""The host's closing feedback, by link and signed in: five answers, the receipt, and taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Link
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import hosted_behind
from placements.doors import Door
from placements.forms.feedback import FeedbackForm, answers_from, answers_of
from placements.forms.skills import SkillsForm
from placements.models import Feedback, HourClaim, Placement, SkillReview
from placements.queries.feedback import Logged, figures_of, given_feedback, logged_marks, used
from placements.queries.hours import tasks_of
from placements.queries.skills import Reviews, lines_for_host, reviews_of, skills_of
from placements.rules.marks import may_change
from placements.views.doors import through_account, through_link
from placements.workflow.feedback import EDITABLE, give_feedback, is_editable, take_back
from schools.skills.phrases import phrases_of

END, HOST_SIDE = SkillReview.Moment.END, HourClaim.Side.HOST


def closing(request: HttpRequest, door: Door, public_id: UUID | None = None) -> HttpResponse:
    """Five answers at the end; afterwards the receipt, open to change for a day. A link knows its placement."""
    placement = _placement(door, public_id)
    feedback = given_feedback(placement)
    editable = feedback is None or is_editable(feedback, now=timezone.now())
    if feedback and request.method == "GET" and not (editable and "change" in request.GET):
        return _receipt(request, door, placement, feedback)
    logged = Logged() if feedback else logged_marks(placement)
    phrases, reviews = _phrases(placement), reviews_of(placement)
    initial = answers_of(feedback, phrases) if feedback else answers_from(logged)
    form = FeedbackForm(data_of(request), tasks=tasks_of(placement), phrases=phrases, initial=initial)
    skills = _skills_form(request, placement, reviews)
    if all([form.is_valid(), skills.is_valid()]) and _given(door, placement, form, skills):
        return redirect(door.url("closing", placement.public_id))
    context = {
        "form": form,
        "skills": skills,
        "skills_are_fixed": bool(reviews.get((END, HOST_SIDE))) and not skills.skills,
        "from_log": bool(logged.marks),
        "alone_from_log": logged.usual is not None,
        "placement": placement,
        "action": door.url("closing", placement.public_id),
        "forward_url": door.url("forward") if door.link and not feedback else "",
        "school_name": placement.school.name,
    }
    return render(request, "placements/closing.html", context, status=status_of(form, skills))


def receipt(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """What was sent and what came of it, from the host's first page: for whoever gave it, and the owner."""
    if not door.is_for(Link.Purpose.CONFIRM, Link.Purpose.FEEDBACK):
        raise Http404
    placement = get_object_or_404(_placements(door), public_id=public_id)
    feedback = given_feedback(placement)
    if feedback is None or (door.actor.role != Role.OWNER and feedback.person != door.person):
        raise Http404
    return _receipt(request, door, placement, feedback)


def closing_take_back(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """Ask once, then remove the feedback."""
    placement = _placement(door, public_id)
    back, problem = door.url("closing", placement.public_id), ""
    if request.method == "POST":
        try:
            take_back(placement=placement, by=door.actor, at=timezone.now())
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Your feedback is taken back. You can give it again here."))
            return redirect(back)
    elif not Feedback.objects.filter(placement=placement).exists():
        return redirect(back)
    context = {"placement": placement, "back": back, "problem": problem, "school_name": placement.school.name}
    return render(request, "placements/closing_take_back.html", context, status=422 if problem else 200)


def _placements(door: Door) -> Any:
    return hosted_behind(door).select_related("learner", "school", "enrolment__cohort__version__programme")


def _placement(door: Door, public_id: UUID | None) -> Placement:
    if not door.is_for(Link.Purpose.FEEDBACK):
        raise Http404
    key = {"pk": door.subject_id} if door.link else {"public_id": public_id}
    return get_object_or_404(_placements(door), **key)


def _phrases(placement: Placement) -> list[str]:
    return phrases_of(placement.enrolment.cohort.version.programme if placement.enrolment else None)


def _skills_form(request: HttpRequest, placement: Placement, reviews: Reviews) -> SkillsForm:
    """Asked about until the host's marks are fixed."""
    own, others = reviews.get((END, HOST_SIDE)), reviews.get((END, HourClaim.Side.STUDENT))
    is_open = own is None or may_change(own.at, timezone.now(), other_has_sent=others is not None)
    return SkillsForm(
        data_of(request), skills=skills_of(placement) if is_open else [], levels=own.levels if own else None
    )


def _given(door: Door, placement: Placement, form: FeedbackForm, skills: SkillsForm) -> bool:
    said = {**form.values, "skills": skills.marks}
    try:
        give_feedback(placement=placement, person=door.person, by=door.actor, at=timezone.now(), **said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _receipt(request: HttpRequest, door: Door, placement: Placement, feedback: Feedback) -> HttpResponse:
    editable = is_editable(feedback, now=timezone.now()) and door.is_for(Link.Purpose.FEEDBACK)
    reviews = reviews_of(placement)
    context = {
        "placement": placement,
        "feedback": feedback,
        "uses": [(use, used(use)) for use in feedback.uses.select_related("person")],
        "reply": getattr(feedback, "reply", None),
        "skills": lines_for_host(reviews, END),
        "host_name": _("You") if feedback.person == door.person else feedback.person.full_name,
        "student_marked": (END, HourClaim.Side.STUDENT) in reviews,
        "figures": figures_of(placement),
        "change_url": f"{door.url('closing', placement.public_id)}?change=1" if editable else "",
        "take_back_url": door.url("closing_take_back", placement.public_id) if editable else "",
        "change_until": feedback.given_at + EDITABLE,
        "home": door.home if door.is_for(Link.Purpose.CONFIRM) else "",
        "school_name": placement.school.name,
    }
    return render(request, "placements/closing_receipt.html", context)


link_closing = require_http_methods(["GET", "POST"])(through_link(closing))
host_closing = require_http_methods(["GET", "POST"])(through_account(closing))
link_closing_take_back = require_http_methods(["GET", "POST"])(through_link(closing_take_back))
host_closing_take_back = require_http_methods(["GET", "POST"])(through_account(closing_take_back))
link_receipt = require_GET(through_link(receipt))
host_receipt = require_GET(through_account(receipt))
