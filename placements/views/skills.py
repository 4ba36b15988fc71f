"""How both sides see the skills: the learner's own page, the host's at the start, and both beside each other."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import learned_by, visible_to, weekly_behind
from placements.doors import Door
from placements.forms.skills import SkillsForm
from placements.models import HourClaim, Placement, SkillReview
from placements.queries.skills import (
    Line,
    Reviews,
    lines_for_host,
    lines_for_school,
    lines_for_student,
    reviews_of,
    skills_of,
)
from placements.rules.marks import end_is_open, may_change, start_is_open
from placements.views.doors import through_account, through_link
from placements.views.plans import crumbs, page_of
from placements.workflow.skills import review_skills

Moment = SkillReview.Moment
Side = HourClaim.Side


@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT)
def own_skills(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """How I see my skills, at the start and at the end; then what my supervisor sees."""
    placement = get_object_or_404(_rows(learned_by(request.membership)), public_id=public_id)
    reviews, moment = reviews_of(placement), _moment(placement, timezone.localdate())
    form = _form(request, placement, reviews, moment, Side.STUDENT)
    by: dict[str, Any] = {"person": person_of(request.membership), **acting(request)}
    if moment and form and form.is_valid() and _marked(form, placement, moment, by):
        messages.success(request, _("Your marks are saved. Your teacher sees them now, your supervisor after marking."))
        return redirect("placements:own_skills", placement.public_id)
    if request.method == "POST" and form is None:
        messages.error(request, _("These marks can no longer be changed."))
        return redirect("placements:own_skills", placement.public_id)
    waits = moment and (moment, Side.STUDENT) not in reviews and (moment, Side.HOST) in reviews
    looks = "look" in request.GET
    context = {
        "placement": placement,
        "skills": form,
        "moment": moment,
        "sent": bool(moment and (moment, Side.STUDENT) in reviews),
        "may_look": waits and not looks,
        "moments": _moments({one: lines_for_student(reviews, one, looks=looks or one != moment) for one in Moment}),
        "page_url": page_of(placement),
    }
    return render(request, "placements/own_skills.html", context, status=status_of(form) if form else 200)


@require_GET
@allow(*STAFF)
def skills(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What both sides marked, at the start and at the end: something to talk about, never a grade."""
    placement = get_object_or_404(_rows(visible_to(request.membership)), public_id=public_id)
    reviews = reviews_of(placement)
    context = {
        "placement": placement,
        "moments": _moments({moment: lines_for_school(reviews, moment) for moment in Moment}),
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }
    return render(request, "placements/skills.html", context)


def first_look(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """The host's marks in the first weeks, if it likes. Afterwards they are read here."""
    placement = get_object_or_404(_rows(weekly_behind(door)), public_id=public_id)
    reviews = reviews_of(placement)
    is_open = start_is_open(placement.starts_on, placement.ends_on, timezone.localdate()) and skills_of(placement)
    form = _form(request, placement, reviews, Moment.START if is_open else None, Side.HOST)
    if form is None and (Moment.START, Side.HOST) not in reviews:
        raise Http404
    by: dict[str, Any] = {"person": door.person, "by": door.actor, "at": timezone.now()}
    if form and form.is_valid() and _marked(form, placement, Moment.START, by):
        messages.success(request, _("Your marks are saved. At the end you can mark the same list again."))
        return redirect(door.url("skills", placement.public_id))
    context = {
        "placement": placement,
        "skills": form,
        "lines": lines_for_host(reviews, Moment.START),
        "home": door.home,
        "school_name": placement.school.name,
    }
    return render(request, "placements/skills_host.html", context, status=status_of(form) if form else 200)


def _rows(placements: QuerySet[Placement]) -> QuerySet[Placement]:
    return placements.select_related("learner", "school", "enrolment__cohort__version__programme")


def _moment(placement: Placement, today: date) -> SkillReview.Moment | None:
    """What is asked about today; nothing before the placement has begun, and in the middle of it."""
    if placement.state in Placement.NOT_BEGUN:
        return None
    if end_is_open(placement.ends_on, placement.state in Placement.OVER, today):
        return Moment.END
    return Moment.START if start_is_open(placement.starts_on, placement.ends_on, today) else None


def _form(
    request: HttpRequest, placement: Placement, reviews: Reviews, moment: SkillReview.Moment | None, side: Side
) -> SkillsForm | None:
    """The form of one side while its marks are open, with what it has sent."""
    if moment is None:
        return None
    own = reviews.get((moment, side))
    other = reviews.get((moment, Side.HOST if side == Side.STUDENT else Side.STUDENT))
    if own and not may_change(own.at, timezone.now(), other_has_sent=other is not None):
        return None
    return SkillsForm(data_of(request), skills=skills_of(placement), levels=own.levels if own else None)


def _marked(form: SkillsForm, placement: Placement, moment: SkillReview.Moment, by: dict[str, Any]) -> bool:
    try:
        review_skills(placement=placement, moment=moment, marks=form.marks, **by)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _moments(found: dict[SkillReview.Moment, list[Line]]) -> list[tuple[str, list[Line]]]:
    """The end before the start, without a moment of which there is nothing to see."""
    return [(str(moment.label), found[moment]) for moment in (Moment.END, Moment.START) if found[moment]]


link_skills = require_http_methods(["GET", "POST"])(through_link(first_look))
host_skills = require_http_methods(["GET", "POST"])(through_account(first_look))
