"""Small pages on which student and host answer for themselves: shown the dangers, the first week, the briefing."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, actor_of, allow, person_of
from accounts.models import Person
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements.access import expected_behind, learned_by
from placements.doors import Door
from placements.forms.contacts import MoodForm
from placements.models import Contact, HourClaim, Placement
from placements.queries.contacts import briefing_of
from placements.rules.contacts import Mood
from placements.views.doors import DoorView, through_account, through_link
from placements.workflow import contacts as workflow
from placements.workflow.absences import side_of

Kind = Contact.Kind
Side = HourClaim.Side

_KNOWN = ("learner", "school", "employer", "enrolment__cohort__version__programme")


@dataclass(frozen=True)
class Answering:
    """Who answers about which placement, and where they go afterwards."""

    placement: Placement
    person: Person
    actor: Actor
    home: str

    @property
    def side(self) -> HourClaim.Side:
        return side_of(self.placement, self.actor)

    @property
    def frame(self) -> dict:
        return {
            "placement": self.placement,
            "home": self.home,
            "is_host": self.side == Side.HOST,
            "school_name": self.placement.school.name,
        }

    def said(self, kind: Contact.Kind) -> Contact | None:
        return workflow.tapped(self.placement, kind, self.side, self.person)


type Page = Callable[[HttpRequest, Answering], HttpResponse]


def induction(request: HttpRequest, who: Answering) -> HttpResponse:
    """I was shown, or I have shown: fire exit, first aid, dangers, whom to call."""
    return _tapped(request, who, Kind.INDUCTION, "placements/induction.html", {})


def briefing(request: HttpRequest, who: Answering) -> HttpResponse:
    """Four short cards, and "I have read it"."""
    return _tapped(request, who, Kind.BRIEFING, "placements/briefing.html", {"briefing": briefing_of(who.placement)})


def _tapped(request: HttpRequest, who: Answering, kind: Contact.Kind, template: str, more: dict) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            workflow.tap(placement=who.placement, kind=kind, person=who.person, by=who.actor, at=timezone.now())
            return redirect(request.path)
        except Refused as refusal:
            problem = str(refusal)
    context = {"said": who.said(kind), "problem": problem, **more}
    return render(request, template, who.frame | context, status=422 if problem else 200)


def first_week(request: HttpRequest, who: Answering) -> HttpResponse:
    """How it goes, from 1 to 5: the student in one tap, the host with "please call me"."""
    said = who.said(Kind.FIRST_WEEK)
    mood = (said.mood_student or said.mood_host) if said else None
    form = MoodForm(data_of(request), initial={"mood": mood})
    if form.is_valid() and _answered(who, form):
        return redirect(request.path)
    context = {"form": form, "said": said, "mood": Mood(mood) if mood else None, "moods": list(Mood)}
    return render(request, "placements/first_week.html", who.frame | context, status=status_of(form))


def _answered(who: Answering, form: MoodForm) -> bool:
    try:
        workflow.answer_first_week(
            placement=who.placement,
            mood=form.cleaned_data["mood"],
            call_me=form.cleaned_data["call_me"] and who.side == Side.HOST,
            person=who.person,
            by=who.actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _as_learner(view: Page) -> Callable[..., HttpResponse]:
    """For the learner of the placement, signed in."""

    @require_http_methods(["GET", "POST"])
    @allow(Role.STUDENT, Role.TEACHER)
    def opened(request: MemberRequest, public_id: UUID) -> HttpResponse:
        viewer = request.membership
        placement = get_object_or_404(learned_by(viewer).select_related(*_KNOWN), public_id=public_id)
        return view(request, Answering(placement, person_of(viewer), actor_of(viewer), reverse("reports:home")))

    return opened


def _as_host(view: Page) -> DoorView:
    """For a host behind a door: by link, or signed in."""

    def opened(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
        placement = get_object_or_404(expected_behind(door).select_related(*_KNOWN), public_id=public_id)
        return view(request, Answering(placement, door.person, door.actor, door.home))

    return require_http_methods(["GET", "POST"])(opened)


own_induction, own_first_week = _as_learner(induction), _as_learner(first_week)
link_induction, host_induction = through_link(_as_host(induction)), through_account(_as_host(induction))
link_first_week, host_first_week = through_link(_as_host(first_week)), through_account(_as_host(first_week))
link_briefing, host_briefing = through_link(_as_host(briefing)), through_account(_as_host(briefing))
