"""What came after: one question with five buttons, behind the student's own link or signed in; the school reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, actor_of, allow, person_of
from accounts.models import Person
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements.access import followed_up_behind, followed_up_by
from placements.doors import Door
from placements.forms.following_up import FollowUpForm
from placements.models import FollowUp, Placement
from placements.workflow.following_up import allow_follow_up, answer_follow_up, decline_follow_up, take_back

_STEPS: dict[str, Callable[..., Any]] = {
    "decline": decline_follow_up,
    "allow": allow_follow_up,
    "take_back": take_back,
}
_PARTS = ("school", "employer", "follow_up")


@dataclass(frozen=True)
class Asked:
    """Who says what came after which placement, and the address of the page."""

    placement: Placement
    person: Person
    actor: Actor
    url: str

    @property
    def said(self) -> FollowUp | None:
        return getattr(self.placement, "follow_up", None)

    @property
    def who(self) -> dict[str, Any]:
        return {"placement": self.placement, "person": self.person, "by": self.actor, "at": timezone.now()}


def behind(door: Door) -> Asked:
    placement = get_object_or_404(followed_up_behind(door).select_related(*_PARTS))
    return Asked(placement, door.person, door.actor, door.home)


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.STUDENT)
def follow_up(request: MemberRequest, public_id: UUID) -> HttpResponse:
    mine = followed_up_by(request.membership).select_related(*_PARTS)
    placement = get_object_or_404(mine, public_id=public_id)
    url = reverse("placements:follow_up", args=[public_id])
    return answer(request, Asked(placement, person_of(request.membership), actor_of(request.membership), url))


def answer(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The question, or the receipt of what was said, from which the answer can be changed or taken back."""
    if step := _STEPS.get(request.POST.get("step", "")):
        return _done(request, asked, step)
    form = FollowUpForm(data_of(request))
    if form.is_valid():
        return _done(request, asked, answer_follow_up, **form.cleaned_data)
    context = {
        "form": form,
        "asked": asked,
        "said": asked.said,
        "asks": not asked.said or form.is_bound or "change" in request.GET,
        "school_name": asked.placement.school.name,
    }
    return render(request, "placements/follow_up.html", context, status=status_of(form))


def _done(request: HttpRequest, asked: Asked, verb: Callable[..., Any], **said: Any) -> HttpResponse:
    try:
        verb(**asked.who, **said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(asked.url)
